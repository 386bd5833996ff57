// How fast texts become tokens, beside the npm packages `tokenizers` (Rust) and `@huggingface/tokenizers` (JavaScript), one thread each.
import { existsSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { readOptions } from './common/options.mjs';
import { leave } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { printTable } from './common/table.mjs';
import { machine, versionLine } from './common/versions.mjs';
import { adversarialTexts, ofLength, postings } from './tokenizer/texts.mjs';
import { openTokenizers, peersInstalled, shared, versions } from './tokenizer/tokenizers.mjs';

process.env.RAYON_NUM_THREADS = '1'; // before the peer is loaded
process.env.TOKENIZERS_PARALLELISM = 'false';

const all = ['bert-base-uncased', 'gpt2-style', 'llama3-style', 'llama2-32k', 'xlmr-style', 'albert-style'];
const { values, names } = readOptions({
  numbers: { texts: 1, turns: 1 },
  options: { json: { type: 'string' } },
  names: all,
});
if (!existsSync(shared)) leave(`${shared} not found`);
if (!peersInstalled) leave('no peers; npm install --prefix benchmarks/tokenizer');

const turns = values.turns ?? 5;
const megabyte = ofLength(postings(500).join('\n'), 1e6);
const works = {
  postings: postings(values.texts ?? 1000),
  'random Unicode': adversarialTexts(300),
  '1 MB': [megabyte],
  '10 MB': [ofLength(postings(5000).join('\n'), 1e7)],
  'a word of 1 MB': ['x'.repeat(1e6)],
};
const own = ['ids, cold', 'ids, warm', 'offsets, cold', 'offsets, warm'];
const load = () => loadavg()[0].toFixed(1);
const figures = { versions: versions(), machine: machine(), turns, loadBefore: load(), works: {} };
const chosen = names.length > 0 ? names : all;
for (const name of chosen) {
  for (const [work, texts] of Object.entries(works))
    figures.works[`${name}, ${work}`] = await measure(name, work, texts);
  report(name);
}
figures.loadAfter = load();
printForReadme();
console.log(`\n${versionLine(figures.versions)}; ${figures.machine.cores} cores, ${figures.machine.cpu}`);
console.log(`medians of ${turns} turns; load of the machine ${figures.loadBefore} before, ${figures.loadAfter} after`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

/** Each side in turns; medians of seconds, and the tokens. The word is Attune's alone: what counts is that its time does not explode. */
async function measure(name, work, texts) {
  const sides = openTokenizers(name, work === 'a word of 1 MB' ? 0 : texts.length);
  const seconds = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let turn = 0; turn < turns; turn++)
    for (const [side, run] of Object.entries(sides)) {
      if (turn > 0 && texts.length === 1 && !own.includes(side)) continue; // peers take many seconds: once will do
      seconds[side].push(await timed(run(), texts));
    }
  const { ids } = sides['ids, warm']().tokenizer.encodeBatch(texts);
  const medians = Object.fromEntries(Object.entries(seconds).map(([side, times]) => [side, median(times)]));
  return { tokens: ids.length, seconds: medians };
}

/** Seconds; whatever is made before the clock starts is made in `run()`. */
async function timed({ encode, share = 1 }, texts) {
  const start = performance.now();
  await encode(texts);
  return (share * (performance.now() - start)) / 1000;
}

function report(name) {
  const rows = Object.keys(works).flatMap((work) => {
    const { tokens, seconds } = figures.works[`${name}, ${work}`];
    return Object.keys(seconds).map((side) => [
      ...[work, side, seconds[side].toFixed(3), (tokens / seconds[side] / 1e6).toFixed(2)],
      ...(own.includes(side) ? ratios(seconds, side) : ['', '']),
    ]);
  });
  console.log(`\n${name}`);
  printTable(['work', 'side', 'seconds', 'M tokens/s', '× tokenizers', '× @huggingface'], rows);
}

/** How many times as fast as either peer a side is; empty where the peer did not take part. */
function ratios(seconds, side) {
  return [seconds.rust, seconds.javascript].map((peer) => (peer ? (peer / seconds[side]).toFixed(1) : ''));
}

/** The tables of the package's README. */
function printForReadme() {
  const header = (first, columns) =>
    `\n| ${[first, ...columns].join(' | ')} |\n|${' --- |'.repeat(columns.length + 1)}`;
  for (const work of Object.keys(works).slice(0, 4)) {
    console.log(header(`${work}: × tokenizers, × @huggingface/tokenizers`, own));
    for (const name of chosen) {
      const { seconds } = figures.works[`${name}, ${work}`];
      const cells = own.map((side) => ratios(seconds, side).filter(Boolean).join(', '));
      console.log(`| ${[name, ...cells].join(' | ')} |`);
    }
  }
  const sides = [...own, 'rust', 'javascript'];
  console.log(header('time of 10 MB, × that of 1 MB', sides));
  for (const name of chosen) {
    const [one, ten] = ['1 MB', '10 MB'].map((work) => figures.works[`${name}, ${work}`].seconds);
    console.log(
      `| ${[name, ...sides.map((side) => (ten[side] ? (ten[side] / one[side]).toFixed(1) : ''))].join(' | ')} |`,
    );
  }
}
