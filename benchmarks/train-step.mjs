// A whole training step (forward, backward, clipping, AdamW) beside PyTorch's, in turns, on the same work.
//
//   npm run build && node benchmarks/train-step.mjs [titles|postings] [rounds]
//
// titles: 32 texts of 5 to 31 tokens; postings: 16 texts of 200. DistilBERT's size, random weights. PyTorch pads to the
// longest, as its data collators do. PEER_PYTHON names a Python with PyPI's torch and transformers: Debian's torch is built
// without a fast BLAS, and so is no peer.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.PEER_PYTHON;
const [work = 'titles', rounds = '3'] = process.argv.slice(2);
const runners = {
  attune: [process.execPath, here('attune-step.mjs')],
  ...(python ? { pytorch: [python, here('pytorch_step.py')] } : {}),
};
if (!runners.pytorch) console.log('pytorch: left out, PEER_PYTHON is not set');

const results = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++)
  for (const [name, [command, script]] of Object.entries(runners)) {
    const { stdout, stderr, status } = spawnSync(command, [script, work], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    results[name].push(...JSON.parse(stdout).seconds);
  }
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
for (const [name, seconds] of Object.entries(results))
  console.log(`${work} ${name}: median ${median(seconds).toFixed(3)} s a step, of ${seconds.length}`);
if (results.pytorch)
  console.log(`ratio pytorch / attune: ${(median(results.pytorch) / median(results.attune)).toFixed(2)}`);
