import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { column } from '../table';
import { extensionOf } from './extension';
import { readTable } from './read';
import { readConll } from './read-conll';

const directory = mkdtempSync(join(tmpdir(), 'attune-packed-'));
afterAll(() => rmSync(directory, { recursive: true }));
function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('files packed with gzip', () => {
  const csv = `text,label\n${'Milks the cows,farm\n'.repeat(20_000)}`;

  it('are read as what they hold', async () => {
    const table = await readTable(file('jobs.csv.gz', gzipSync(csv)));
    expect([table.rows.length, table.rows[9].fields]).toEqual([20_000, { text: 'Milks the cows', label: 'farm' }]);
    const members = Buffer.concat([gzipSync('{"text":"a"}\n'), gzipSync('{"text":"b"}\n')]);
    expect(column(await readTable(file('two.JSONL.GZ', members)), 'text')).toEqual(['a', 'b']);
    const [{ words }] = await readConll(file('train.conll.gz', gzipSync('Java B-SKILL\n')));
    expect(words).toEqual(['Java']);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['plain.csv.gz', csv, /plain\.csv\.gz: expected gzip, got incorrect header check; .* rename it without \.gz/],
    ['cut.csv.gz', gzipSync(csv).subarray(0, 300), /cut\.csv\.gz: expected gzip, got unexpected end of file/],
    ['rows.parquet.gz', gzipSync('PAR1'), /expected Parquet, which is packed inside, got gzip; unpack it: gunzip/],
    ['jobs.gz', gzipSync(csv), /got none; state the format/],
    ['jobs.csv.zip', '', /got ".zip"; unpack it, or pack it with gzip/],
  ])('are refused if damaged or of another kind: %s', async (name, content, message) => {
    await expect(readTable(file(name, content))).rejects.toThrow(message);
  });

  it('have the extension before .gz', () => {
    expect(['a.csv', 'a.CSV.gz', 'a.gz', 'a.b.txt.GZ', 'a'].map(extensionOf)).toEqual(['.csv', '.csv', '', '.txt', '']);
  });
});

it.each<[string, Uint8Array, RegExp]>([
  ['gzip.csv', gzipSync('a'), /gzip\.csv: expected text, got gzip; let its name end in \.gz/],
  [
    'book.csv',
    Buffer.from('PK\u0003\u0004 sheet'),
    /got zip, such as an Excel workbook; .* save the workbook as CSV UTF-8/,
  ],
  ['rows.csv', Buffer.from('PAR1 rows'), /got Parquet; state the format parquet/],
])('%s is refused as what it is', async (name, content, message) => {
  await expect(readTable(file(name, content))).rejects.toMatchObject({
    code: 'DATA_FORMAT',
    message: expect.stringMatching(message),
  });
});

describe('lines of fastText', () => {
  it('have labels and a text', async () => {
    const lines = '\n__label__farm Milks  the cows \n__label__farm __label__new\tSows\nno label\n__label__only';
    const { columns, rows } = await readTable(file('jobs.txt', `__label__code Writes Java${lines}`));
    expect(columns).toEqual(['label', 'text']);
    expect(rows.map(({ fields }) => Object.values(fields))).toEqual([
      ['code', 'Writes Java'],
      ['farm', 'Milks  the cows '],
      ['["farm","new"]', 'Sows'],
      ['', 'no label'],
      ['only', ''],
    ]);
    expect((await readTable(file('plain.txt', 'a __label__b'))).columns).toEqual(['text']);
  });
});

describe('JSON of one object', () => {
  it.each<[string, unknown, RegExp]>([
    ['rows under a key', { version: 1, data: [{ text: 'a' }] }, /whose "data" has them; .*: jq '\.data' .*one\.json >/],
    [
      'columns by row',
      { text: { 0: 'a', 1: 'b' }, label: { 0: 'x', 1: 'y' } },
      /one object of columns; .*orient="records"/,
    ],
    ['columns of lists', { text: ['a', 'b'], label: ['x', 'y'] }, /one object of columns; write it by rows/],
    ['columns and data', { columns: ['text'], index: [0], data: [['a']] }, /one object of columns/],
  ])('is refused if it has %s', async (_, value, message) => {
    await expect(readTable(file('one.json', JSON.stringify(value, null, 2)))).rejects.toThrow(
      /got one object over several lines; .*: jq '\.data'/,
    );
    const path = file('one.json', JSON.stringify(value));
    await expect(readTable(path)).rejects.toMatchObject({ code: 'DATA_JSON', message: expect.stringMatching(message) });
  });

  it('may be named .jsonl where it is an array', async () => {
    for (const space of [0, 2])
      expect(
        (await readTable(file('array.jsonl', JSON.stringify([{ text: 'a' }, { text: 'b' }], null, space)))).rows,
      ).toHaveLength(2);
  });

  it('is a row otherwise', async () => {
    const one = { text: 'a', labels: ['x'], meta: { source: 'b' } };
    expect((await readTable(file('row.json', JSON.stringify(one)))).rows).toHaveLength(1);
    const sentence = { tokens: ['We', 'rest'], tags: ['O', 'O'] };
    expect((await readTable(file('sentence.json', JSON.stringify(sentence)))).rows).toHaveLength(1);
    const two = `${JSON.stringify({ data: [one] })}\n${JSON.stringify({ data: [one] })}`;
    expect((await readTable(file('two.json', two))).rows).toHaveLength(2);
  });
});
