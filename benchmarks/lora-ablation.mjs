// What a small Llama learns of job postings, all of it or by LoRA, beside a base in float32, 8 or 4 bits: loss on postings held back,
// share of parameters trained, tokens a second, and the most memory of the process.
//
//   node benchmarks/lora-ablation.mjs [full] [lora-fp32] [lora-int8] [lora-int4] [lora-nf4] [--postings 600] [--epochs 3]
//                                  [--learning-rate 4e-3] [--model DIR] [--json FILE]
//
// stories260K unless a model is given. One process a run, one after the other. Builds first. Exits with 2 where something is missing.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { paths, requirePaths } from './common/paths.mjs';
import { gigabytes, printTable, wholeNumber } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { openWorker } from './common/worker.mjs';

const lora = { r: 8, alpha: 16, targetModules: 'all-linear' };
/** LoRA learns at a higher rate than all of a model does. */
const runs = {
  full: { learningRate: 2e-3 },
  'lora-fp32': { lora, learningRate: 4e-3 },
  'lora-int8': { lora, learningRate: 4e-3, quantize: 'int8' },
  'lora-int4': { lora, learningRate: 4e-3, quantize: 'int4' },
  'lora-nf4': { lora, learningRate: 4e-3, quantize: 'nf4' },
};

const { values, names: given } = readOptions({
  numbers: { postings: 20, epochs: 1, threads: 1 },
  options: {
    json: { type: 'string' },
    'learning-rate': { type: 'string' },
    model: { type: 'string', default: paths.stories },
  },
  names: Object.keys(runs),
});
const { postings = 600, epochs = 3, threads = availableParallelism(), model, 'learning-rate': typedRate } = values;
requirePaths(['stories', 'postings']);
ensureInstalled();
build('build');

const results = {};
for (const name of given.length > 0 ? given : Object.keys(runs))
  results[name] = await withDirectory((directory) =>
    run(directory, { ...runs[name], ...(typedRate && { learningRate: Number(typedRate) }) }),
  );
printResults();
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);

async function run(directory, settings) {
  const plan = join(directory, 'plan.json');
  const out = join(directory, 'run');
  writeFileSync(plan, JSON.stringify({ ...settings, model, postings, epochs, threads, out, texts: paths.postings }));
  const script = fileURLToPath(new URL('lora-ablation/worker.mjs', import.meta.url));
  const worker = await openWorker(process.execPath, [script, plan]);
  const figures = await worker.ask({});
  await worker.close();
  return { ...figures, versions: worker.ready.versions };
}

function printResults() {
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const rows = Object.entries(results).map(([name, { before, validation, after, share, tokensPerSecond, memory }]) => [
    name,
    percent(share),
    validation.toFixed(3),
    before.toFixed(3),
    after.toFixed(3),
    wholeNumber(tokensPerSecond),
    gigabytes(memory),
  ]);
  printTable(['run', 'trained', 'validation loss', 'test loss before', 'after', 'tokens/s', 'memory'], rows);
  const { cpu, cores } = machine();
  console.log(`${postings} postings, ${epochs} epochs; ${cpu}, ${cores} cores, ${threads} threads`);
  console.log(versionLine(Object.values(results)[0].versions));
}
