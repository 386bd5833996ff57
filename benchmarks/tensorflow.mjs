// Whole training steps of DistilBERT as one TensorFlow graph: Attune's engine tfjs-node beside TensorFlow's own tf.function in
// Python, and beside Attune's engine onnx, in turns.
//
//   node benchmarks/tensorflow.mjs [--steps 7] [--warmup 5] [--rows 16] [--length 128] [--json FILE]
//
// Forward, backward, clipping at 1 and AdamW, no dropout, every row full. Memory is warm after four steps or so, which is slower until then.
// Prints the losses of the last step too, which are to be equal.
// Needs a project in which `attune setup tfjs-node` was run: ATTUNE_TFJS_NODE_PROJECT, or .cache/tfjs-node, which `npm run
// test:peers` makes. Builds first. Exits with 2 where something is missing, and with 1 where losses differ.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled, root } from '../scripts/install.mjs';
import { stepsInTurns } from './common/in-turns.mjs';
import { readOptions } from './common/options.mjs';
import { leave } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { gigabytes, printTable } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { openWorker } from './common/worker.mjs';
import { prepareTensorflowPython } from './tensorflow/python.mjs';

const { values } = readOptions({
  numbers: { steps: 1, warmup: 0, rows: 1, length: 2 },
  options: { json: { type: 'string' } },
  names: [],
});
const { steps = 7, warmup = 5, rows = 16, length = 128, json } = values;
const project = process.env.ATTUNE_TFJS_NODE_PROJECT ?? join(root, '.cache', 'tfjs-node');
if (!existsSync(join(project, 'node_modules', '@tensorflow', 'tfjs-node')))
  leave(
    `${project} has no @tensorflow/tfjs-node; run attune setup tfjs-node in a project, and name it in ATTUNE_TFJS_NODE_PROJECT`,
  );
const { python, missing } = prepareTensorflowPython();
if (missing) leave(missing);
ensureInstalled();
build('build');
const { writePlan } = await import('./tensorflow/plan.mjs'); // imports the packages just built

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const commands = (plan) => ({
  'tfjs-node': [process.execPath, [here('tensorflow/attune-worker.mjs'), plan, 'tfjs-node', project]],
  'tf.function': [python, [here('tensorflow/function_worker.py'), plan]],
  onnx: [process.execPath, [here('tensorflow/attune-worker.mjs'), plan, 'onnx', project]],
});

const results = await withDirectory(async (directory) => measure(await writePlan(directory, { rows, length })));
const { cpu, cores } = machine();
const own = results['tfjs-node'];
printTable(
  ['engine', 'step s', 'of tfjs-node', 'processor s', 'last loss', 'memory'],
  Object.entries(results).map(([name, { seconds, processor, loss, memory }]) => [
    name,
    seconds.toFixed(3),
    (seconds / own.seconds).toFixed(2),
    processor.toFixed(2),
    loss.toFixed(6),
    gigabytes(memory),
  ]),
);
console.log(
  `DistilBERT, ${rows} × ${length} tokens; medians of ${steps} steps after ${warmup}; ${cpu}, ${cores} cores`,
);
for (const { ready } of Object.values(results)) console.log(versionLine(ready.versions));
if (json)
  writeFileSync(json, `${JSON.stringify({ machine: machine(), rows, length, steps, warmup, results }, null, 2)}\n`);
const isNear = ({ loss }) => Math.abs(loss / own.loss - 1) < 1e-3;
if (!Object.values(results).every(isNear)) process.exitCode = 1;

/** A step here, a step there. */
async function measure(plan) {
  const workers = {};
  for (const [name, [command, args]] of Object.entries(commands(plan))) workers[name] = await openWorker(command, args);
  const answers = await stepsInTurns(workers, warmup + steps);
  return Object.fromEntries(
    Object.entries(answers).map(([name, all]) => {
      const [seconds, processor] = ['seconds', 'processor'].map((key) =>
        median(all.slice(warmup).map((answer) => answer[key])),
      );
      const { loss, memory } = all.at(-1);
      return [
        name,
        { seconds, processor, loss, memory, losses: all.map((answer) => answer.loss), ready: workers[name].ready },
      ];
    }),
  );
}
