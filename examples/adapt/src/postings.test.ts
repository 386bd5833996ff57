import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readPostings } from './postings';

const directory = mkdtempSync(join(tmpdir(), 'attune-adapt-example-'));
afterAll(() => rmSync(directory, { recursive: true }));

const posting = (i: number) => Array.from({ length: 20 }, (_, word) => `word${20 * i + word}`).join(' ');
const reposted = (i: number) => `Remote! ${posting(i)}`;
const file = (name: string, texts: readonly string[]) => {
  const path = join(directory, name);
  writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  return path;
};
const all = Array.from({ length: 100 }, (_, i) => i);
const options = { text: 'text', seed: 3, leaveOut: [], onNote: () => {} };

it('holds back no posting of which a repost is learned from', async () => {
  const data = file(
    'all.jsonl',
    all.flatMap((i) => [posting(i), reposted(i)]),
  );
  const parts = await readPostings({ ...options, data, count: 1000 });
  const texts = [parts.train, parts.validation!, parts.test!];
  for (const part of texts) {
    const originals = new Set(part.map((text) => text.replace('Remote! ', '')));
    expect(2 * originals.size).toBe(part.length);
  }
  expect(texts.map(({ length }) => length)).toEqual([180, 10, 10]);
});

it('leaves out what a classifier is tested on, and says how many', async () => {
  const notes: string[] = [];
  const tested = all.slice(0, 30).map(posting);
  const leaveOut = [file('tested.jsonl', tested)];
  const data = file('data.jsonl', all.map(reposted));
  const parts = await readPostings({ ...options, data, count: 60, leaveOut, onNote: (note) => notes.push(note) });
  const texts = [...parts.train, ...parts.validation!, ...parts.test!];
  expect(texts).toHaveLength(60);
  expect(texts.filter((text) => tested.includes(text.replace('Remote! ', '')))).toEqual([]);
  expect(notes[0]).toMatch(/^30 of 100 postings left out: near copies of .*tested\.jsonl$/);
});
