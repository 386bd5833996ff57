// Predictions of Attune and of transformers.js fp32, in turns, on the same texts and weights.
//
//   node benchmarks/predict.mjs [distilbert] [minilm] [--rounds 5] [--json FILE]
//
// --precision int8   Attune's; transformers.js stays fp32
// --texts N          so many of them
// --threads N        of both sides; as many as there are cores unless given
//
// Each side tokenizes and sorts by length. Builds first; installs transformers.js. Exits with 2 where something is missing.
import { availableParallelism } from 'node:os';
import { build, ensureInstalled, ensureToolsInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { leave, requirePaths } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { workloads } from './predict/workloads.mjs';

const { values, names: given } = readOptions({
  numbers: { rounds: 1, texts: 1, threads: 1 },
  options: { json: { type: 'string' }, precision: { type: 'string', default: 'fp32' } },
  names: Object.keys(workloads),
});
const names = given.length > 0 ? given : Object.keys(workloads);
const { precision, rounds = 5, texts: count, threads = availableParallelism() } = values;
if (!['fp32', 'int8'].includes(precision)) leave(`--precision expected fp32 or int8, got ${precision}`);
requirePaths([...new Set(names.flatMap((name) => workloads[name].needs))]);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
// What follows imports the packages just built.
const { prepareWorkload } = await import('./predict/prepare.mjs');
const { compareSides } = await import('./predict/compare.mjs');
const { printResults, writeJson } = await import('./predict/report.mjs');

const results = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].says} …`);
  results.push(await withDirectory((directory) => measure(name, directory)));
}
printResults(results);
if (values.json) writeJson(values.json, results);

async function measure(name, directory) {
  const plan = await prepareWorkload(directory, workloads[name], { count, threads, precision, rounds });
  return { name, workload: workloads[name], plan, ...(await compareSides(plan)) };
}
