import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePostings, spansOfTags, wordRanges } from '@attune/data';
import { parseList } from '@attune/train';
import { chatTemplate } from '@attune/train/node';
import { expect, it } from 'vitest';
import { prompted, readPostings, splitPostings, tagged } from './postings';

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
    expect([...new Set(spans.map(({ start, end }) => text.slice(start, end)))]).toEqual(postings[i].skills);
    expect(words).toHaveLength(tags.length);
  });
});

it('tests on other postings than it learns from', () => {
  const { train, validation, test } = splitPostings(postings, { seed: 1 });
  expect(train.length + validation.length + test.length).toBe(60);
  expect(test.filter((own) => train.includes(own) || validation.includes(own))).toEqual([]);
  expect(test.length).toBeGreaterThan(5);
});

it('takes no part from the postings that is given', () => {
  const given = postings.slice(0, 3);
  const own = splitPostings(postings.slice(3), { seed: 1, test: given });
  expect([own.test, own.train.length + own.validation.length]).toEqual([given, 57]);
  const both = splitPostings(postings, { seed: 1, validation: given, test: given });
  expect(both).toEqual({ train: postings, validation: given, test: given });
});

it('places listed skills at whole words alone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-skills-'));
  const data = join(directory, 'words.jsonl');
  writeFileSync(data, '{"text": "Requirements: R, JavaScript. Goa; Go, C++", "skills": ["R", "Go", "C++"]}\n');
  const [{ text, spans }] = await readPostings({ data, count: 5, seed: 1 });
  expect(spans.map(({ start, end }) => [start, text.slice(start, end)])).toEqual([
    [14, 'R'],
    [34, 'Go'],
    [38, 'C++'],
  ]);
  rmSync(directory, { recursive: true });
});

it('reads the column of a CoNLL file that it is told, its tags with a type or without', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-skills-'));
  const data = join(directory, 'own.conll');
  writeFileSync(data, 'write\tB\tO\nJava\tI\tB-TOOL\nnow\tO\tO\n');
  const options = { data, count: 5, seed: 1 };
  const of = (label?: number) => readPostings({ ...options, label });
  expect(await of(1)).toEqual([
    { text: 'write Java now', spans: [{ start: 0, end: 10, label: 'SKILL' }], skills: ['write Java'] },
  ]);
  expect(await of()).toEqual([
    { text: 'write Java now', spans: [{ start: 6, end: 10, label: 'TOOL' }], skills: ['Java'] },
  ]);
  rmSync(directory, { recursive: true });
});

it('reads lists of skills, with the place of those that the text has, and refuses what is no list', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-skills-'));
  const data = join(directory, 'own.jsonl');
  writeFileSync(data, '{"text": "write Java now", "skills": ["Java", "teamwork", "write Java"]}\n');
  const [posting] = await readPostings({ data, count: 5, seed: 1 });
  expect(posting.skills).toEqual(['Java', 'teamwork', 'write Java']);
  expect(posting.spans).toEqual([{ start: 0, end: 10, label: 'SKILL' }]);
  expect(prompted([posting], 'Skills of {job_description}:')).toEqual([
    { prompt: 'Skills of write Java now:', completion: ' ["Java", "teamwork", "write Java"]' },
  ]);
  writeFileSync(data, '{"text": "write Java now", "skills": "Java"}\n');
  await expect(readPostings({ data, count: 5, seed: 1 })).rejects.toThrow('own.jsonl line 1: expected skills');
  rmSync(directory, { recursive: true });
});

it('asks in a conversation where the model has a chat template', async () => {
  const source =
    '{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}';
  const chat = chatTemplate(source, { where: 'test' });
  const [own] = prompted([{ text: 'Java', skills: ['Java'], spans: [] }], 'Skills of {job_description}', chat);
  expect(own).toEqual({
    prompt: '<user>Skills of Java</s><assistant>',
    completion: '["Java"]</s>',
    hasSpecialTokens: true,
  });
});
