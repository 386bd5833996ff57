// Writes the files that docs/results/distill.plan.json trains on which no folder of data has:
//
//   node docs/results/distill-data.mjs && node scripts/results.mjs docs/results/distill.plan.json && node docs/results/distill.mjs
//
// Of each seed the parts that `attune train --data reed_titles.csv --seed N` makes: reed-N-validation.csv and reed-N-test.csv, and of its
// training part a tenth with labels, reed-N-tenth.csv, and the other titles without, reed-N-rest.csv. reed-labels.txt names all labels.
// sentences.jsonl: 9,600 sentences of postings without labels, twice as many as SkillSpan's training part has, none of them in SkillSpan.
// It needs a build: npm run build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanLabel, column, equalTextGroups, split } from '../../packages/data/dist/index.js';
import { readConll, readTable } from '../../packages/data/dist/node/index.js';
import { shared } from '../../scripts/kept-results.mjs';

const out = fileURLToPath(new URL('../../.cache/results/distill/data/', import.meta.url));
mkdirSync(out, { recursive: true });

const table = await readTable(join(shared, 'data', 'sectors', 'reed_titles.csv'));
const rows = column(table, 'title')
  .map((title, i) => ({ title, category: cleanLabel(column(table, 'category')[i]) }))
  .filter(({ title }) => title.trim() !== '');
const names = [...new Set(rows.map(({ category }) => category))].sort();
writeFileSync(join(out, 'reed-labels.txt'), `${names.join('\n')}\n`);

for (const seed of [1, 2, 3]) {
  const [train, validation, test] = divided(rows, [0.8, 0.1, 0.1], seed);
  const [tenth, rest] = divided(train, [0.1, 0.9], seed);
  write(`reed-${seed}-tenth.csv`, tenth);
  write(
    `reed-${seed}-rest.csv`,
    rest.map(({ title }) => ({ title })),
  );
  write(`reed-${seed}-validation.csv`, validation);
  write(`reed-${seed}-test.csv`, test);
}

/** As the command line splits: label by label, equal texts together. */
function divided(all, fractions, seed) {
  const labels = all.map(({ category }) => category);
  const groups = equalTextGroups(all.map(({ title }) => title));
  return split({ labels, groups, fractions, seed }).parts.map((part) => Array.from(part, (i) => all[i]));
}

function write(name, own) {
  const cells = [Object.keys(own[0]), ...own.map(Object.values)];
  const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;
  writeFileSync(join(out, name), `${cells.map((row) => row.map(quoted).join(',')).join('\n')}\n`);
  console.log(`${join(out, name)}: ${own.length} rows`);
}

const mostSentences = 9600;
const skillspan = ['train', 'dev', 'test'].map((part) => join(shared, 'data', 'skills', 'skillspan', `${part}.conll`));
const labeled = (await Promise.all(skillspan.map((path) => readConll(path)))).flat();
const letters = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const taken = new Set(labeled.map(({ words }) => letters(words.join(''))));
const sentences = [];
for await (const text of sentencesOf(join(shared, 'data', 'mlm', 'postings.jsonl'))) {
  const words = text.split(/\s+/).length;
  if (words < 4 || words > 60 || taken.has(letters(text))) continue;
  taken.add(letters(text));
  sentences.push(JSON.stringify({ text }));
  if (sentences.length === mostSentences) break;
}
writeFileSync(join(out, 'sentences.jsonl'), `${sentences.join('\n')}\n`);

/** The sentences of a file of postings, in order. */
async function* sentencesOf(path) {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const { rows } = await readTable(path);
  for (const { fields } of rows)
    for (const line of fields.text.split('\n')) for (const { segment } of segmenter.segment(line)) yield segment.trim();
}
