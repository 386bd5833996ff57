import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { readSentences } from './sentences';

const directory = temporaryDirectory(afterAll);
const skill = (start: number, end: number) => ({ start, end, label: 'SKILL' });
const rows = [
  { id: 1, text: 'Knows Java, well', spans: [skill(6, 10)] },
  { id: 2, text: 'cost control', spans: [skill(1, 12)] },
  { id: 3, text: 'nothing', spans: [] },
];
const linesOf = (all: readonly object[]) => all.map((row) => `${JSON.stringify(row)}\n`).join('');
let path: string;
beforeAll(() => {
  path = fileIn(directory, 'spans.jsonl', linesOf(rows));
});

describe('texts with spans', () => {
  it('become words and tags, whole words each', async () => {
    const notes: string[] = [];
    const [first, second, third] = await readSentences(path, { onNote: (note) => notes.push(note) });
    expect(first).toEqual({
      ...{ words: ['Knows', 'Java', ',', 'well'], tags: ['O', 'B-SKILL', 'O', 'O'] },
      ...{ joined: [false, false, true, false], line: 1, lines: [1, 1, 1, 1] },
    });
    expect([second.tags, third.tags]).toEqual([['B-SKILL', 'I-SKILL'], ['O']]);
    expect(notes).toEqual([`${path}: 1 span begins or ends within a word, and takes the whole word`]);
    const json = fileIn(directory, 'spans.json', JSON.stringify(rows));
    expect((await readSentences(json, {})).map(({ tags }) => tags)).toEqual([first.tags, second.tags, third.tags]);
  });

  it('are found in columns of other names', async () => {
    const named = rows.map(({ text, spans }) => ({ posting: text, skills: spans, tokens: ['a'], tags: ['O'] }));
    const file = fileIn(directory, 'named.jsonl', linesOf(named));
    const [first] = await readSentences(file, { text: 'posting', label: 'skills' });
    expect(first.tags).toEqual(['O', 'B-SKILL', 'O', 'O']);
    expect((await readSentences(file, {}))[0].words).toEqual(['a']);
  });

  it('may have no entity, and are unlabeled only where there is no list', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    const unlabeled = [{ text: 'no list', spans: null }, ...rows];
    const file = fileIn(directory, 'unlabeled.jsonl', linesOf(unlabeled));
    const kept = await readSentences(file, { skipUnlabeled: true, onNote });
    expect(kept.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(notes[0]).toContain('1 row without a label skipped (line 1)');
    const named = unlabeled.map(({ text, spans }) => ({ posting: text, skills: spans }));
    const other = fileIn(directory, 'other.jsonl', linesOf(named));
    const same = await readSentences(other, { text: 'posting', label: 'skills', skipUnlabeled: true });
    expect(same.map(({ tags }) => tags)).toEqual(kept.map(({ tags }) => tags));
    const checked = await attune(['check', path, '--task', 'token-classification']);
    expect(checked.stdout).not.toContain('without a label');
  });

  it('have labels that are cleaned as tags are', async () => {
    const blank = [{ ...rows[0], spans: [{ start: 6, end: 10, label: ' SKILL ' }] }];
    const file = fileIn(directory, 'blank.jsonl', linesOf(blank));
    expect((await readSentences(file, {}))[0].tags[1]).toBe('B-SKILL');
    expect((await readSentences(file, { verbatimTags: true }))[0].tags[1]).toBe('B- SKILL ');
  });

  it('are refused with their line', async () => {
    const outside = fileIn(directory, 'outside.jsonl', linesOf([rows[0], { text: 'short', spans: [skill(2, 40)] }]));
    await expect(readSentences(outside, {})).rejects.toMatchObject({
      code: 'DATA_SPAN',
      message: expect.stringMatching(/outside\.jsonl line 2: expected spans within the text's 5 characters/),
    });
    const twice = fileIn(directory, 'twice.jsonl', linesOf([{ text: 'a b', spans: [skill(0, 3), skill(2, 3)] }]));
    await expect(readSentences(twice, {})).rejects.toThrow(/twice\.jsonl line 1: .*separate tokens/);
    const neither = fileIn(directory, 'neither.jsonl', linesOf([{ text: 'a b', labels: 'x' }]));
    await expect(readSentences(neither, {})).rejects.toMatchObject({ code: 'DATA_COLUMN_MISSING' });
  });
});
