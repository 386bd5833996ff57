// How fast texts become ids, beside the npm packages `tokenizers` (Rust) and `@huggingface/tokenizers` (JavaScript), one thread each.
// node benchmarks/tokenizer.mjs [--texts 2000] [--turns 5] [--json figures.json]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.env.RAYON_NUM_THREADS = '1'; // before the peer is loaded
process.env.TOKENIZERS_PARALLELISM = 'false';

const { values: options } = parseArgs({
  options: { texts: { type: 'string' }, turns: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const needs = {
  'the texts and tokenizers of ../shared': path('../../shared/data/mlm/postings.jsonl'),
  'the peers: npm install --prefix benchmarks/tokenizer': path('tokenizer/node_modules/tokenizers'),
  'a build: npm run build': path('../packages/tokenizer/dist/index.js'),
};
for (const [what, file] of Object.entries(needs)) {
  if (existsSync(file)) continue;
  console.error(`benchmarks/tokenizer: needs ${what}`);
  process.exit(2);
}

const peers = createRequire(path('tokenizer/package.json'));
const rust = peers('tokenizers');
const javascript = peers('@huggingface/tokenizers');
const attune = await import('../packages/tokenizer/dist/index.js');

const shared = (file) => readFileSync(path(`../../shared/${file}`), 'utf8');
const postings = shared('data/mlm/postings.jsonl')
  .trimEnd()
  .split('\n')
  .slice(0, options.texts && Number(options.texts))
  .map((line) => JSON.parse(line).text);
const megabyte = postings.join('\n').slice(0, 1e6);
const turns = Number(options.turns);

const workloads = {
  postings: { texts: postings },
  'one text of 1 MB': { texts: [megabyte] },
  'one text of 10 MB': { texts: [megabyte.repeat(10)], attuneOnly: true },
  'a word of 1 MB': { texts: ['x'.repeat(1e6)], attuneOnly: true },
};
const figures = {};
for (const name of ['bert-base-uncased', 'gpt2-style', 'llama3-style', 'llama2-32k']) {
  const json = JSON.parse(shared(`weights/tokenizers/${name}/tokenizer.json`));
  for (const [work, { texts, attuneOnly }] of Object.entries(workloads)) {
    const measured = await measure(json, texts, attuneOnly);
    figures[`${name}, ${work}`] = measured;
    console.log(`${name}, ${work}`);
    for (const [side, { seconds, tokens }] of Object.entries(measured)) {
      console.log(`  ${side.padEnd(28)} ${seconds.toFixed(3)} s  ${(tokens / seconds / 1e6).toFixed(2)} M tokens/s`);
    }
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);

/** Each side in turns; medians. */
async function measure(json, texts, attuneOnly) {
  const sides = sidesOf(json, texts, attuneOnly);
  const seconds = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  const tokens = {};
  for (let turn = 0; turn < turns; turn++) {
    for (const [side, encode] of Object.entries(sides)) {
      const start = performance.now();
      tokens[side] = await encode();
      seconds[side].push((performance.now() - start) / 1000);
    }
  }
  const sorted = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];
  return Object.fromEntries(
    Object.keys(sides).map((side) => [side, { seconds: sorted(seconds[side]), tokens: tokens[side] }]),
  );
}

/** What each side does with the texts; all return how many tokens there were. */
function sidesOf(json, texts, attuneOnly) {
  const warm = attune.tokenizerFromJson(json);
  const native = rust.Tokenizer.fromString(JSON.stringify(json));
  const plain = new javascript.Tokenizer(json, {});
  const count = async (encode) => {
    let tokens = 0;
    for (const text of texts) tokens += await encode(text);
    return tokens;
  };
  const own = {
    'attune, ids, cold': () => attune.tokenizerFromJson(json).encodeBatch(texts).ids.length,
    'attune, ids, warm': () => warm.encodeBatch(texts).ids.length,
    'attune, with offsets': () => count((text) => warm.encode(text).ids.length),
  };
  if (attuneOnly) return own;
  return {
    ...own,
    'tokenizers, with offsets': () => count(async (text) => (await native.encode(text)).getLength()),
    '@huggingface/tokenizers, ids': () => count((text) => plain.encode(text).ids.length),
  };
}
