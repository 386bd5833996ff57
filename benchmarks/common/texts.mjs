// The texts that the benchmarks run on, in an order that is always the same.
import { readFileSync } from 'node:fs';
import { seededRandom, shuffle } from '@attune/data';
import { readRows, readTable } from '@attune/data/node';
import { paths } from './paths.mjs';

/** Entries of the NAICS index, short phrases, each once: `{ text, label }`, the label a sector. */
export async function titles() {
  const { rows } = await readTable(paths.titles);
  const entries = rows.map(({ fields }) => fields).filter(({ kind }) => kind === 'index');
  const distinct = new Map(
    entries.map(({ description, sector }) => [description, { text: description, label: sector }]),
  );
  return shuffle([...distinct.values()], seededRandom(1));
}

/** Titles of job advertisements: `{ text, label }`, the label a category. */
export async function jobTitles() {
  const { rows } = await readTable(paths.jobTitles);
  const entries = rows.map(({ fields: { title, category } }) => ({ text: title, label: category }));
  return shuffle(entries, seededRandom(1));
}

/** Job postings, one after the other. */
export async function* postings() {
  for await (const { fields } of (await readRows(paths.postings)).rows) yield fields.text;
}

/** SkillSpan's sentences: `{ words, tags }`, the tags O, B and I of the skills. */
export function skillSentences() {
  const blocks = readFileSync(paths.skills, 'utf8')
    .trim()
    .split(/\r?\n\r?\n/);
  const sentences = blocks.map((block) => {
    const columns = block.split(/\r?\n/).map((line) => line.split('\t'));
    return { words: columns.map(([word]) => word), tags: columns.map(([, tag]) => tag) };
  });
  return shuffle(sentences, seededRandom(1));
}
