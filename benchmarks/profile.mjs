// Where the time of Attune's training step goes: parts of the step, and onnxruntime's operators in the last one.
//
//   node benchmarks/profile.mjs [postings|titles|minilm-titles|skills|mlm] [--steps 3] [--top 25] [--rows N] [--threads N]
//
// --shapes   operators by the shapes of their inputs
//
// Builds first. Exits with 2 where something is missing. The profiler itself costs time: compare shares, not seconds.
import { availableParallelism } from 'node:os';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { requirePaths } from './common/paths.mjs';
import { printTable } from './common/table.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { workloads } from './train/workloads.mjs';

const { values, names } = readOptions({
  numbers: { steps: 1, top: 1, rows: 1, threads: 1 },
  options: { shapes: { type: 'boolean' } },
  names: Object.keys(workloads),
});
const [name = 'postings'] = names;
const { steps = 3, top = 25, rows, threads = availableParallelism(), shapes: byShapes } = values;
requirePaths(workloads[name].needs);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { prepareWorkload } = await import('./train/prepare.mjs');
const { profileSteps } = await import('./profile/profile-steps.mjs');
const { aggregateLastRun } = await import('./profile/aggregate.mjs');

const { parts, events } = await withDirectory(async (directory) => {
  const plan = await prepareWorkload(directory, workloads[name], { steps: 1, warmup: 0, rows, threads });
  return profileSteps(directory, { ...plan, steps });
});
const { operators, ms, productShare } = aggregateLastRun(events, { byShapes });
console.log(`${workloads[name].says}, ${threads} threads; medians of ${steps} steps`);
printTable(
  ['part', 'ms'],
  Object.entries(parts).map(([part, time]) => [part, time.toFixed(1)]),
);
console.log();
const cells = (operator) => [operator.name, `${operator.count}`, operator.ms.toFixed(1), percent(operator.share)];
printTable(['operator', 'count', 'ms', 'share'], operators.slice(0, top).map(cells));
console.log(`all operators: ${ms.toFixed(0)} ms; Gemm, MatMul and FusedMatMul: ${percent(productShare)}`);

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
