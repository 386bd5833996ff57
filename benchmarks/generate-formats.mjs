// Tokens written a second by a Llama of TinyLlama's shape, random weights, by how its matrices are held.
//
//   node benchmarks/generate-formats.mjs [int4] [int4-program] [int8] [fp32] [--layers 22] [--tokens 32] [--prompt 64] [--threads N]
//
// int4           a file with products of its own, as `loadGenerator` makes it
// int4-program   the same codes as inputs of a compiled program
// int8, fp32     as `loadGenerator` has them: fp32 is a file where it is under 2 GiB
//
// Each a process of its own, one after the other; what is read of the prompt is timed apart. Builds first.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { gigabytes, printTable } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { openWorker } from './common/worker.mjs';

const sides = {
  int4: { format: 'int4' },
  'int4-program': { format: 'int4', asProgram: true },
  int8: { format: 'int8' },
  fp32: {},
};
const { values, names } = readOptions({
  numbers: { layers: 1, tokens: 1, prompt: 1, threads: 1 },
  names: Object.keys(sides),
});
const plan = { layers: 22, tokens: 32, prompt: 64, threads: availableParallelism(), ...values };
ensureInstalled();
build('build');

const rows = [];
let versions;
for (const name of names.length > 0 ? names : ['int4', 'int4-program', 'int8']) {
  const script = fileURLToPath(new URL('generate/format-worker.mjs', import.meta.url));
  const worker = await openWorker(process.execPath, [script, JSON.stringify({ ...plan, ...sides[name] })]);
  versions = worker.ready.versions;
  await worker.ask({ step: 0 });
  const { prompt, token, memory } = await worker.ask({ step: 1 });
  rows.push([name, prompt.toFixed(2), (1 / token).toFixed(1), gigabytes(memory)]);
  await worker.close();
}
printTable(['matrices', 'prompt s', 'tokens/s', 'memory'], rows);
const { cpu, cores } = machine();
const { layers, tokens, prompt, threads } = plan;
console.log(`${layers} layers, ${tokens} tokens after ${prompt}; ${cpu}, ${cores} cores, ${threads} threads`);
console.log(versionLine(versions));
