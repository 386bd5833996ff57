import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePostings, spansOfTags, wordRanges } from '@attune/data';
import { parseList } from '@attune/train';
import { expect, it } from 'vitest';
import { prompted, readPostings, skillsOf, splitPostings, tagged } from './postings';

const postings = await readPostings({ count: 60, seed: 7 });

it('asks for what the posting requires, as a list that is read back', () => {
  const template = '### Job Description: {job_description}\n### Skills:';
  const made = generatePostings({ count: 60, seed: 7, wordsPerPosting: [80, 120] });
  prompted(postings, template).forEach(({ prompt, completion }, i) => {
    expect(prompt).toBe(`### Job Description: ${made[i].text}\n### Skills:`);
    expect(parseList(completion)).toEqual({
      items: [...new Set(made[i].skills.map(({ text }) => text))],
      malformed: false,
    });
  });
});

it('gives the token classifier the same skills', () => {
  tagged(postings).forEach(({ words, tags }, i) => {
    const { text } = postings[i];
    const spans = spansOfTags(wordRanges(text), [...tags]);
    expect([...new Set(spans.map(({ start, end }) => text.slice(start, end)))]).toEqual(skillsOf(postings[i]));
    expect(words).toHaveLength(tags.length);
  });
});

it('tests on other postings than it learns from', () => {
  const { train, validation, test } = splitPostings(postings, 1);
  expect(train.length + validation.length + test.length).toBe(60);
  expect(test.filter((own) => train.includes(own) || validation.includes(own))).toEqual([]);
  expect(test.length).toBeGreaterThan(5);
});

it('reads the column of a CoNLL file that it is told, its tags with a type or without', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-skills-'));
  const data = join(directory, 'own.conll');
  writeFileSync(data, 'write\tB\tO\nJava\tI\tB-TOOL\nnow\tO\tO\n');
  const options = { data, count: 5, seed: 1 };
  const of = (label?: number) => readPostings({ ...options, label });
  expect(await of(1)).toEqual([{ text: 'write Java now', spans: [{ start: 0, end: 10, label: 'SKILL' }] }]);
  expect(await of()).toEqual([{ text: 'write Java now', spans: [{ start: 6, end: 10, label: 'TOOL' }] }]);
  rmSync(directory, { recursive: true });
});
