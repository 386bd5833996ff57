// Of how many prompts a decoder writes the same tokens, greedily, when it computes in another way.
//
//   node benchmarks/kept-tokens.mjs --model path/to/smollm2-135m-instruct [--prompts 100] [--prompt 64] [--tokens 32] [--threads N]
//
// Prompts are beginnings of postings, cut wherever their tokens end. Each way is `loadGenerator` in a format, with activations in float32 or in 8 bits, compared
// with each way before it. Builds first. Exits with 2 where something is missing.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { build, ensureInstalled } from '../scripts/install.mjs';
import { readOptions } from './common/options.mjs';
import { leave, paths, requirePaths } from './common/paths.mjs';
import { printTable } from './common/table.mjs';
import { attuneVersions, machine, versionLine } from './common/versions.mjs';

const ways = {
  float32: {},
  int8: { quantize: 'int8' },
  'int8, activations in 8 bits': { quantize: 'int8', activations: 'int8' },
  int4: { quantize: 'int4' },
  'int4, activations in 8 bits': { quantize: 'int4', activations: 'int8' },
};
const { values } = readOptions({
  numbers: { prompts: 1, prompt: 1, tokens: 1, threads: 1 },
  options: { model: { type: 'string' } },
  names: [],
});
const { model, prompts: count = 100, prompt: length = 64, tokens = 32, threads = availableParallelism() } = values;
if (model === undefined || !existsSync(model)) leave('--model expected the directory of a decoder');
requirePaths(['postings']);
ensureInstalled();
build('build');
const { loadGenerator } = await import('@attune/train/node');

const written = {};
const rows = [];
for (const [way, options] of Object.entries(ways)) {
  const generator = await loadGenerator(model, { threads, ...options });
  const texts = await generator.generate(promptsOf(generator), { maxNewTokens: tokens, stopTokenIds: [] });
  await generator.close();
  const own = texts.map(({ text }) => text);
  for (const [other, theirs] of Object.entries(written)) {
    const same = own.filter((text, i) => text === theirs[i]).length;
    rows.push([way, other, `${same} of ${count}`]);
  }
  written[way] = own;
}
printTable(['way', 'compared with', 'same texts'], rows);
const { cpu, cores } = machine();
console.log(`${tokens} tokens after ${length}; ${cpu}, ${cores} cores, ${threads} threads`);
console.log(versionLine(attuneVersions()));

function promptsOf({ tokenizer }) {
  const lines = readFileSync(paths.postings, 'utf8').split('\n', 10 * count);
  const encode = (text) => Array.from(tokenizer.encode(text, { truncation: false, padding: false }).ids);
  const beginnings = lines.map((line) => encode(JSON.parse(line).text).slice(0, length));
  return beginnings
    .filter((ids) => ids.length === length)
    .slice(0, count)
    .map((ids) => tokenizer.decode(ids));
}
