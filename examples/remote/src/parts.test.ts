import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readParts } from './parts';

const directory = mkdtempSync(join(tmpdir(), 'attune-remote-'));
afterAll(() => rmSync(directory, { recursive: true }));

const words = (from: number) => Array.from({ length: 10 }, (_, i) => `word${from + i}`).join(' ');
const rows = Array.from({ length: 60 }, (_, i) => ({ text: words(20 * i), label: i % 2 ? 'remote' : 'on site' }));
const file = (name: string, lines: readonly object[]) => {
  const path = join(directory, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
};
const columns = { text: 'text', label: 'label', choice: 'two', seed: 1, onNote: () => {} } as const;

it('keeps reposts with another first word in one part', async () => {
  const reposts = rows.map(({ text, label }) => ({ text: `Hiring! ${text}`, label }));
  const { train, validation, test } = await readParts({ ...columns, data: file('all.jsonl', [...rows, ...reposts]) });
  for (const part of [train, validation, test]) {
    const own = part.texts.map((text) => text.replace('Hiring! ', ''));
    expect(new Set(own).size * 2).toBe(own.length);
    expect(part.labels.filter((label) => label === 'remote')).toHaveLength(part.labels.length / 2);
  }
  expect(train.texts.length + validation.texts.length + test.texts.length).toBe(120);
});

it('leaves out of the training data what a test file has nearly so', async () => {
  const notes: string[] = [];
  const test = rows.slice(0, 6).map(({ text, label }) => ({ text: text.replace(/^\w+/, 'another'), label }));
  const paths = { data: file('train.jsonl', rows), testData: file('test.jsonl', test) };
  const parts = await readParts({ ...columns, ...paths, onNote: (note) => notes.push(note) });
  expect(parts.test.texts).toEqual(test.map(({ text }) => text));
  const others = [...parts.train.texts, ...parts.validation.texts].sort();
  expect(others).toEqual(
    rows
      .slice(6)
      .map(({ text }) => text)
      .sort(),
  );
  expect(notes.join()).toMatch(/6 training texts left out: near copies of test texts/);
});
