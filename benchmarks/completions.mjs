// Training of a pretrained decoder on prompts and completions of many lengths: Attune with adapters over several bases, and all of
// it, beside PEFT on PyTorch, a step in turns: tokens a second and the most memory of each process.
//
//   node benchmarks/completions.mjs --model DIR --data FILE [lora] [lora-int8] [lora-int4] [full] [peft]
//                                   [--steps 24] [--warmup 2] [--batch 8] [--length 312] [--threads N] [--json FILE]
//
// --model    a Llama, or another decoder, as Hugging Face lays it out
// --data     lines of JSON, each with a "prompt" and a "completion"
//
// Without names lora and peft. Builds first. Exits with 2 where something is missing.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';
import { readOptions } from './common/options.mjs';
import { leave } from './common/paths.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { sides } from './completions/plan.mjs';

const { values, names: given } = readOptions({
  numbers: { steps: 1, warmup: 0, batch: 1, length: 8, threads: 1 },
  options: { json: { type: 'string' }, model: { type: 'string' }, data: { type: 'string' } },
  names: Object.keys(sides),
});
const { model, data, json, ...numbers } = values;
for (const [flag, path] of Object.entries({ model, data })) {
  if (!path) leave(`--${flag} is missing`);
  if (!existsSync(path)) leave(`--${flag}: there is no ${path}`);
}
const names = given.length > 0 ? given : ['lora', 'peft'];
const { python, missing } = names.includes('peft') ? preparePython({ also: ['peft'] }) : {};
if (missing) leave(missing);
ensureInstalled();
build('build');
// What follows imports the packages just built.
const { planOf } = await import('./completions/prepare.mjs');
const { compareSides } = await import('./completions/compare.mjs');
const { printResults, writeJson } = await import('./completions/report.mjs');

const plan = await planOf({ model: resolve(model), data: resolve(data), threads: availableParallelism(), ...numbers });
const results = await withDirectory((directory) => compareSides(names, { plan, python, directory }));
printResults(results, plan);
if (json) writeJson(json, { plan, results });
