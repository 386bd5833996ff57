// One training step on every engine that works here, in turns: seconds, beside `onnx`, memory, and how far losses are from it.
//
//   node benchmarks/engines.mjs [minilm-titles] [--steps 5] [--warmup 2] [--engines wasm,cpu] [--project DIR]
//
// --engines   which, besides onnx; all unless given. A name with +bf16 behind it has its matrix products in bfloat16: tfjs-node+bf16
// --project   where @tensorflow/tfjs-node is installed, as `attune setup tfjs-node` leaves it; .cache/tfjs-node unless given
//
// Builds first. An engine that does not work has a line that says why; one whose step takes over 20 s takes one step.
import { join } from 'node:path';
import { build, ensureInstalled, root } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { requirePaths } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { workloads } from './train/workloads.mjs';

const { values, names } = readOptions({
  numbers: { steps: 1, warmup: 0, threads: 1 },
  options: { engines: { type: 'string' }, project: { type: 'string', default: join(root, '.cache', 'tfjs-node') } },
  names: Object.keys(workloads),
});
const { steps = 5, warmup = 2, threads, project } = values;
const [name = 'minilm-titles'] = names;
requirePaths(workloads[name].needs);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { engineNames } = await import('@attune/engine/node');
const engines = [...new Set(['onnx', ...(values.engines?.split(',') ?? engineNames)])];
const { prepareWorkload } = await import('./train/prepare.mjs');
const { compareEngines } = await import('./engines/compare.mjs');
const { printEngines } = await import('./engines/report.mjs');

await withDirectory(async (directory) => {
  const plan = await prepareWorkload(directory, workloads[name], { steps, warmup, threads, dropout: 0 });
  console.log(`${workloads[name].says}, no dropout …`);
  printEngines(await compareEngines(plan, { engines, directory, project }));
});
