// How much of training's wall time is spent outside the engine's step?
//
//   node benchmarks/overhead.mjs [titles] [postings] [--steps 60] [--threads N] [--json FILE]
//
// Training as the product does it, its parts timed: batches, the engine's gradients and update, events and the log on the disk,
// and what is left, the loop itself. Checkpoints are written and given apart. Steps that compile a new shape are left out.
// Builds first. Exits with 2 where something is missing.
import { availableParallelism } from 'node:os';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { requirePaths } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { workloads } from './overhead/workloads.mjs';

const { values, names: given } = readOptions({
  numbers: { steps: 2, threads: 1 },
  options: { json: { type: 'string' } },
  names: Object.keys(workloads),
});
const { steps = 60, threads = availableParallelism(), json } = values;
const names = given.length > 0 ? given : Object.keys(workloads);
requirePaths([...new Set(names.flatMap((name) => workloads[name].needs))]);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { timeTraining } = await import('./overhead/time-training.mjs');
const { printShares, writeShares } = await import('./overhead/report.mjs');

const results = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].says}, ${steps} steps …`);
  const time = (directory) => timeTraining(directory, workloads[name], { steps, threads });
  results.push({ name, ...(await withDirectory(time)) });
}
if (json) writeShares(json, results);
printShares(results);
