// Training steps of Attune and of Hugging Face's Trainer, in turns, on the same texts, batches and settings.
//
//   node benchmarks/train.mjs [postings] [titles] [minilm-titles] [skills] [mlm] [--steps 7] [--warmup 3] [--json FILE]
//
// --check             dropout off, three steps: do both sides have the same losses?
// --group-by-length   the Trainer puts texts of like lengths together; a whole epoch, compared in tokens a second
// --rows N            Attune packs into rows of N tokens, instead of the length that training would choose
// --threads N         of both sides; as many as there are cores unless given
// --engine NAME       Attune's; onnx unless given. Beside one on a GPU (onnx-cuda, onnx-webgpu, tfjs-node-gpu) the Trainer is on CUDA
// --bf16              matrix products in bfloat16, the Trainer's autocast
// --project DIR       where @tensorflow/tfjs-node or -gpu is installed; .cache/tfjs-node unless given
//
// Builds first. Exits with 2 where something is missing, and with 1 where the losses differ.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build, ensureInstalled, root } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';
import { readOptions } from './common/options.mjs';
import { leave, requirePaths } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { ofManyLengths, workloads } from './train/workloads.mjs';

/** Engines beside which the Trainer has the GPU too. */
const onGpu = ['onnx-cuda', 'onnx-webgpu', 'tfjs-node-gpu'];

const { values, names: given } = readOptions({
  numbers: { steps: 1, warmup: 0, rows: 1, threads: 1 },
  options: {
    json: { type: 'string' },
    check: { type: 'boolean' },
    'group-by-length': { type: 'boolean' },
    engine: { type: 'string', default: 'onnx' },
    bf16: { type: 'boolean', default: false },
    project: { type: 'string', default: join(root, '.cache', 'tfjs-node') },
  },
  names: Object.keys(workloads),
});
const names = given.length > 0 ? given : values['group-by-length'] ? ofManyLengths : Object.keys(workloads);
requirePaths([...new Set(names.flatMap((name) => workloads[name].needs))]);
const { python, missing } = preparePython({ also: ['accelerate'] });
if (missing) leave(missing);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { prepareWorkload } = await import('./train/prepare.mjs');
const { compareSides } = await import('./train/compare.mjs');
const { printCheck, printResults, writeJson } = await import('./train/report.mjs');

const results = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].says} …`);
  results.push(await withDirectory((directory) => measure(name, directory)));
}
if (values.json) writeJson(values.json, results);
if (values.check) process.exitCode = printCheck(results) ? 0 : 1;
else printResults(results);

async function measure(name, directory) {
  const workload = workloads[name];
  const plan = await prepareWorkload(directory, workload, planOptions());
  return { name, workload, plan, ...(await compareSides(plan, python)) };
}

function planOptions() {
  const { check, rows, threads = availableParallelism(), 'group-by-length': groupByLength = false } = values;
  const { engine, bf16, project } = values;
  const from = engine.startsWith('tfjs-node') ? project : undefined;
  const common = { rows, threads, groupByLength, engine, bf16, from, onGpu: onGpu.includes(engine) };
  if (check) return { ...common, steps: values.steps ?? 3, warmup: 0, groupByLength: false, dropout: 0 };
  // The sampler sorts within a tenth of a small epoch: 40 batches are enough for it to group ten together.
  if (groupByLength) return { ...common, steps: values.steps ?? 40, warmup: values.steps ?? 40 };
  return { ...common, steps: values.steps ?? 7, warmup: values.warmup ?? 3 };
}
