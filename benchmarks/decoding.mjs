// Tokens per second that a pretrained decoder reads and writes, greedily, by Attune and by transformers.js in turns.
//
//   node benchmarks/decoding.mjs --model path/to/smollm2-135m-instruct [fp32] [int8] [int4] [int8-8] [int4-8] [--prompt 128] [--tokens 48] [--rounds 3] [--threads N] [--json FILE]
//
// One prompt, and eight together, of real postings. Attune is `loadGenerator`, `quantize` in 8 or 4 bits; -8 with `activations: 'int8'`. transformers.js reads
// what Attune exports: fp32, q8 (`attune export`'s int8, whose activations have 8 bits) and, as q4, a file whose matrices have 4 bits. A first round is
// not counted. Builds first; installs transformers.js. Exits with 2 where something is missing.
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled, ensureToolsInstalled } from '../scripts/install.mjs';
import { stepsInTurns } from './common/in-turns.mjs';
import { readOptions } from './common/options.mjs';
import { leave, requirePaths } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { gigabytes, printTable } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { openWorker } from './common/worker.mjs';

const formats = ['fp32', 'int8', 'int4', 'int8-8', 'int4-8'];
const { values, names: given } = readOptions({
  numbers: { prompt: 1, tokens: 1, rounds: 1, threads: 1 },
  options: { model: { type: 'string' }, json: { type: 'string' } },
  names: formats,
});
const { model, prompt: promptTokens = 128, tokens = 48, rounds = 3, threads = availableParallelism() } = values;
if (model === undefined || !existsSync(model)) leave('--model expected the directory of a decoder');
requirePaths(['postings']);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
// What follows imports the packages just built.
const { prepareDecoding } = await import('./decoding/prepare.mjs');
const scripts = { Attune: 'attune-worker.mjs', 'transformers.js': 'transformers-js-worker.mjs' };
const counts = [1, 8];

const results = [];
for (const format of given.length > 0 ? given : formats) {
  console.log(`${format} …`);
  results.push(await withDirectory((directory) => measure(format, directory)));
}
print();
const setting = { promptTokens, tokens, rounds, threads };
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), ...setting, results }, null, 2)}\n`);

async function measure(format, directory) {
  const plan = await prepareDecoding(directory, { model, name: format, promptTokens, tokens, counts, threads });
  const workers = {};
  for (const [side, script] of Object.entries(scripts)) {
    const path = fileURLToPath(new URL(`decoding/${script}`, import.meta.url));
    workers[side] = await openWorker(process.execPath, [path, plan]);
  }
  const answers = await stepsInTurns(workers, 1 + rounds);
  const sides = Object.keys(scripts).map((side) => {
    const counted = answers[side].slice(1);
    const rates = counts.map((count, i) => {
      const first = median(counted.map(({ runs }) => runs[i].first));
      const whole = median(counted.map(({ runs }) => runs[i].whole));
      return { count, reads: (count * promptTokens) / first, writes: (count * tokens) / (whole - first) };
    });
    return { side, rates, memory: counted.at(-1).memory };
  });
  return { format, sides, versions: Object.values(workers).map(({ ready }) => versionLine(ready.versions)) };
}

function print() {
  const columns = counts.flatMap((count) => [
    { count, rate: 'reads' },
    { count, rate: 'writes' },
  ]);
  const rows = results.flatMap(({ format, sides }) => {
    const rateOf = ({ rates }, { count, rate }) => rates.find((own) => own.count === count)[rate];
    const own = sides.map((side) => [
      ...[format, side.side],
      ...columns.map((column) => rateOf(side, column).toFixed(1)),
      gigabytes(side.memory),
    ]);
    const ratios = columns.map((column) => (rateOf(sides[0], column) / rateOf(sides[1], column)).toFixed(2));
    return [...own, [format, 'ratio', ...ratios, '']];
  });
  const titles = columns.map(({ count, rate }) => `${count} ${rate}/s`);
  printTable(['matrices', 'side', ...titles, 'memory'], rows);
  const { cpu, cores } = machine();
  console.log(
    `${promptTokens} tokens a prompt, ${tokens} after it, medians of ${rounds} rounds; ${cpu}, ${cores} cores, ${threads} threads; a ratio above 1: Attune is faster`,
  );
  console.log(results[0].versions.join('; '));
}
