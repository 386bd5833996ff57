// Are the losses of 100 training steps those of Hugging Face's Trainer?
//
//   node benchmarks/equivalence.mjs [sequence] [token] [masked-lm] [--steps 100] [--threads N] [--json FILE]
//
// The same weights, and the same batches in the same order with the same masks: what Attune's engine was given is what the
// Trainer gets. AdamW, gradients clipped at 1, a learning rate that falls linearly, no dropout.
// --float64   trains the Trainer's model in float64 too: how far is either side from what neither rounds?
//
// Builds first. Exits with 2 where something is missing, and with 1 where a step's losses differ by more than 5e-5.
import { availableParallelism } from 'node:os';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';
import { readOptions } from './common/options.mjs';
import { leave, requirePaths } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { workloads } from './equivalence/workloads.mjs';

const { values, names: given } = readOptions({
  numbers: { steps: 1, threads: 1 },
  options: { json: { type: 'string' }, float64: { type: 'boolean' } },
  names: Object.keys(workloads),
});
const { steps = 100, threads = availableParallelism(), float64 = false, json } = values;
const names = given.length > 0 ? given : Object.keys(workloads);
requirePaths([...new Set(names.flatMap((name) => workloads[name].needs))]);
const { python, missing } = preparePython({ also: ['accelerate'] });
if (missing) leave(missing);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { compareLosses } = await import('./equivalence/compare.mjs');
const { printDifferences, writeLosses } = await import('./equivalence/report.mjs');

const results = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].says}, ${steps} steps …`);
  const compare = (directory) => compareLosses(directory, workloads[name], { steps, threads, float64, python });
  results.push({ name, ...(await withDirectory(compare)) });
}
if (json) writeLosses(json, results);
process.exitCode = printDifferences(results) ? 0 : 1;
