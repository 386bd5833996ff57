// Tokens written a second by Attune and by transformers.js, greedily, from the same weights, in turns.
//
//   node benchmarks/generate.mjs [stories] [stories-batch] [llama-45m] [--rounds 7] [--threads N] [--json FILE]
//
// transformers.js reads the ONNX file that Attune exports. A first round is not counted. Builds first; installs transformers.js.
// Exits with 2 where something is missing.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled, ensureToolsInstalled } from '../scripts/install.mjs';
import { stepsInTurns } from './common/in-turns.mjs';
import { readOptions } from './common/options.mjs';
import { requirePaths } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { gigabytes, printTable, wholeNumber } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { withDirectory } from './common/with-directory.mjs';
import { openWorker } from './common/worker.mjs';
import { workloads } from './generate/workloads.mjs';

const { values, names: given } = readOptions({
  numbers: { rounds: 1, threads: 1 },
  options: { json: { type: 'string' } },
  names: Object.keys(workloads),
});
const names = given.length > 0 ? given : Object.keys(workloads);
const { rounds = 7, threads = availableParallelism() } = values;
requirePaths([...new Set(names.flatMap((name) => workloads[name].needs))]);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
// What follows imports the packages just built.
const { prepareWorkload } = await import('./generate/prepare.mjs');
const scripts = { Attune: 'attune-worker.mjs', 'transformers.js': 'transformers-js-worker.mjs' };

const results = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].says} …`);
  results.push(await withDirectory((directory) => measure(name, directory)));
}
print();
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);

async function measure(name, directory) {
  const { prompts, newTokens } = workloads[name];
  const plan = await prepareWorkload(directory, workloads[name], { threads });
  const workers = {};
  for (const [side, script] of Object.entries(scripts)) {
    const path = fileURLToPath(new URL(`generate/${script}`, import.meta.url));
    workers[side] = await openWorker(process.execPath, [path, plan]);
  }
  const answers = await stepsInTurns(workers, 1 + rounds);
  const sides = Object.keys(scripts).map((side) => {
    const counted = answers[side].slice(1);
    const seconds = median(counted.map((answer) => answer.seconds));
    const { memory } = counted.at(-1);
    return { side, seconds, tokensPerSecond: (prompts * newTokens) / seconds, memory };
  });
  const [own, peer] = Object.keys(scripts).map((side) => answers[side][0].ids.flat());
  const same = own.filter((id, i) => id === peer[i]).length / own.length;
  return { name, sides, ratio: sides[1].seconds / sides[0].seconds, same, versions: versionsOf(workers) };
}

function versionsOf(workers) {
  return Object.values(workers).map(({ ready }) => versionLine(ready.versions));
}

function print() {
  const rows = results.flatMap(({ name, sides, ratio, same }) =>
    sides.map(({ side, tokensPerSecond, memory }, i) => [
      i === 0 ? name : '',
      side,
      wholeNumber(tokensPerSecond),
      gigabytes(memory),
      ...(i === 0 ? [ratio.toFixed(2), `${(100 * same).toFixed(1)} %`] : ['', '']),
    ]),
  );
  printTable(['work', 'side', 'tokens/s', 'memory', 'ratio', 'same tokens'], rows);
  const { cpu, cores } = machine();
  console.log(`${cpu}, ${cores} cores, ${threads} threads; a ratio above 1: Attune is faster`);
  console.log(results[0].versions.join('; '));
}
