// Milliseconds per token of greedy and drawn lists of strings, free and held to a JSON schema, in turns.
//
//   node benchmarks/grammar.mjs --model path/to/smollm2-135m-instruct [--tokens 48] [--rounds 3] [--json FILE]
//
// `first` has a schema that the process has not met, whose places in the vocabulary are all new; `again` the same one once more. The schema wants more
// items than fit, so that all write as many tokens. Builds first. Exits with 2 where the model is missing.
import { existsSync, writeFileSync } from 'node:fs';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { leave } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { printTable } from './common/table.mjs';
import { attuneVersions, machine, versionLine } from './common/versions.mjs';

const { values } = readOptions({
  numbers: { tokens: 1, rounds: 1 },
  options: { model: { type: 'string' }, json: { type: 'string' } },
  names: [],
});
const { model, tokens = 48, rounds = 3 } = values;
if (model === undefined || !existsSync(model)) leave('--model expected the directory of a decoder');
ensureInstalled();
build('build');
const { loadGenerator } = await import('@attune/train/node');

const generator = await loadGenerator(model);
const jobs = ['nurse', 'welder', 'cook', 'clerk', 'driver', 'teacher', 'painter', 'farmer'];
const prompts = jobs.map((job) => `### Job Description: We look for a ${job} with experience\n### Skills:`);
/** Of other bounds each time, which no text comes to. */
const schemaOf = (round) => ({ type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1000 + round });

let schemas = 0;
const results = [];
for (const count of [1, 8])
  for (const [way, sampling] of Object.entries({ greedy: {}, drawn: { temperature: 1, topP: 0.9 } })) {
    const times = { free: [], first: [], again: [] };
    for (let round = 0; round <= rounds; round++) {
      const jsonSchema = schemaOf(schemas++);
      for (const [side, options] of Object.entries({ free: {}, first: { jsonSchema }, again: { jsonSchema } })) {
        const started = performance.now();
        const all = { ...sampling, ...options, maxNewTokens: tokens, stopTokenIds: [], seed: round };
        const written = await generator.generate(prompts.slice(0, count), all);
        const steps = Math.max(...written.map((text) => text.tokens));
        if (round > 0) times[side].push((performance.now() - started) / steps / count);
      }
    }
    results.push({
      count,
      way,
      ...Object.fromEntries(Object.entries(times).map(([side, own]) => [side, median(own)])),
    });
  }
await generator.close();

printTable(
  ['prompts', 'way', 'free ms', 'first ms', 'again ms', 'first / free', 'again / free'],
  results.map(({ count, way, free, first, again }) => [
    `${count}`,
    way,
    ...[free, first, again].map((value) => value.toFixed(2)),
    ...[first, again].map((value) => (value / free).toFixed(2)),
  ]),
);
const { cpu, cores } = machine();
console.log(`${tokens} tokens a prompt, ms per token of each; ${cpu}, ${cores} cores`);
console.log(versionLine(attuneVersions()));
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine: machine(), tokens, results }, null, 2)}\n`);
