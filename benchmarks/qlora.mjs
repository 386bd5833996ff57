// A step of LoRA over a frozen base of TinyLlama's shape, random weights: Attune over quantized and plain bases beside PEFT on
// PyTorch, in turns, tokens a second and the most memory of each process.
//
//   node benchmarks/qlora.mjs [int4] [int8] [nf4] [fp32] [int4-bf16] [int8-bf16] [fp32-bf16] [peft-fp32] [peft-bf16]
//                             [--layers 22] [--tokens 256] [--steps 5] [--warmup 2] [--threads N] [--project DIR] [--json FILE]
//
// Without names int4, int8, peft-fp32 and peft-bf16, which take some 20 GB together, and fp32 where there is room for it.
// --project                  where @tensorflow/tfjs-node is installed, for products in bfloat16; .cache/tfjs-node unless given
// --alone                    one side after the other in place of turns: where they do not fit into memory together
// --gradient-checkpointing   of both sides: layers are computed once more on the way back
//
// Builds first. Exits with 2 where something is missing.
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { build, ensureInstalled, root } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';
import { readOptions } from './common/options.mjs';
import { leave } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { compareSides } from './qlora/compare.mjs';
import { bytesFor, planOf, sides } from './qlora/plan.mjs';
import { printResults, writeJson } from './qlora/report.mjs';

const { values, names: given } = readOptions({
  numbers: { layers: 1, tokens: 2, steps: 1, warmup: 1, threads: 1 },
  options: {
    json: { type: 'string' },
    project: { type: 'string', default: join(root, '.cache', 'tfjs-node') },
    alone: { type: 'boolean' },
    'gradient-checkpointing': { type: 'boolean' },
  },
  names: Object.keys(sides),
});
const { 'gradient-checkpointing': gradientCheckpointing = false, ...numbers } = values;
const plan = planOf({ threads: availableParallelism(), gradientCheckpointing, ...numbers });
const names = given.length > 0 ? given : usualSides();
const { python, missing } = names.some((name) => sides[name].peer) ? preparePython({ also: ['peft'] }) : {};
if (missing) leave(missing);
ensureInstalled();
build('build');

const results = await withDirectory((directory) =>
  compareSides(names, { plan, python, directory, alone: values.alone ?? false }),
);
printResults(results, plan);
if (values.json) writeJson(values.json, { plan, results });

function usualSides() {
  const usual = ['int4', 'int8', 'peft-fp32', 'peft-bf16'];
  const needed = [...usual, 'fp32'].reduce((sum, name) => sum + bytesFor(name, plan), 0);
  if (values.alone || needed < freemem()) return [...usual, 'fp32'];
  console.log(`fp32 is left out: all five take about ${(needed / 1e9).toFixed(0)} GB at once; --alone measures it`);
  return usual;
}
