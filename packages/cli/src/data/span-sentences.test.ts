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

  it.each<[string, string, object]>([
    ['Prodigy', 'B-SKILL', { text: 'Knows Java', tokens: [{ text: 'Knows', id: 0 }], spans: [skill(6, 10)] }],
    ['doccano', 'B-SKILL', { id: 1, text: 'Knows Java', label: [[6, 10, 'SKILL']] }],
    [
      'doccano with relations',
      'B-SKILL',
      { text: 'Knows Java', entities: [{ start_offset: 6, end_offset: 10, label: 'SKILL' }] },
    ],
    [
      'Label Studio',
      'B-SKILL',
      { text: 'Knows Java', label: [{ start: 6, end: 10, text: 'Java', labels: ['SKILL'] }] },
    ],
    ['datasets', 'B-SKILL', { words: ['Knows', 'Java'], ner_tags: ['O', 'B-SKILL'] }],
    ['no span', 'O', { text: 'Knows Java', entities: [] }],
  ])('and lists of tags are found under the names of others: %s', async (_, tag, row) => {
    const file = fileIn(directory, 'others.jsonl', linesOf([row]));
    const [{ words, tags }] = await readSentences(file, {});
    expect([words, tags]).toEqual([
      ['Knows', 'Java'],
      ['O', tag],
    ]);
  });

  it.each([{ answer: 'accept' }, { annotation_id: 7 }])('may lack where an annotator saw none: %j', async (seen) => {
    const file = fileIn(
      directory,
      'seen.jsonl',
      linesOf([
        { ...rows[0], ...seen },
        { text: 'Nothing here', ...seen },
      ]),
    );
    expect((await readSentences(file, {})).map(({ tags }) => tags)).toEqual([
      ['O', 'B-SKILL', 'O', 'O'],
      ['O', 'O'],
    ]);
  });

  it('are refused where two are in one word, as in Chinese, with what to write', async () => {
    const row = {
      text: '我爱北京和上海',
      label: [
        [2, 4, 'LOC'],
        [5, 7, 'LOC'],
      ],
    };
    const file = fileIn(directory, 'chinese.jsonl', linesOf([row]));
    await expect(readSentences(file, {})).rejects.toThrow(/give tokens and tags if both are in one word$/);
  });

  it('are refused in the JSON of Label Studio that nests them, with the export to choose', async () => {
    const file = fileIn(directory, 'studio.json', JSON.stringify([{ id: 1, data: { text: 'a' }, annotations: [] }]));
    await expect(readSentences(file, {})).rejects.toThrow(/Label Studio's own JSON; export it as JSON-MIN$/);
  });

  it('have offsets in code points where these fit the words', async () => {
    const notes: string[] = [];
    const file = fileIn(directory, 'emoji.jsonl', linesOf([{ text: '🚀 Knows Java', label: [[8, 12, 'SKILL']] }]));
    const [{ words, tags }] = await readSentences(file, { onNote: (note) => notes.push(note) });
    expect(words[tags.indexOf('B-SKILL')]).toBe('Java');
    expect(notes).toEqual([expect.stringContaining('read as code points')]);
  });

  it('leave out what an annotator did not accept', async () => {
    const notes: string[] = [];
    const judged = ['accept', 'reject', 'ignore'].map((answer, i) => ({ ...rows[i], answer }));
    const file = fileIn(directory, 'judged.jsonl', linesOf(judged));
    const kept = await readSentences(file, { onNote: (note) => notes.push(note) });
    expect(kept.map(({ line }) => line)).toEqual([1]);
    expect(notes).toEqual([`${file}: 2 rows whose "answer" is not "accept" left out`]);
    const none = fileIn(directory, 'none.jsonl', linesOf([judged[1]]));
    await expect(readSentences(none, {})).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    const said = fileIn(directory, 'said.jsonl', linesOf([{ ...judged[0], answer: 'Java' }, judged[1]]));
    expect(await readSentences(said, {})).toHaveLength(2);
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
    await expect(readSentences(neither, {})).rejects.toThrow(/neither\.jsonl line 1: expected a JSON list .*got x/);
    const none = fileIn(directory, 'no-tags.jsonl', linesOf([{ text: 'a b', kind: 'x' }]));
    await expect(readSentences(none, {})).rejects.toMatchObject({ code: 'DATA_COLUMN_MISSING' });
  });
});
