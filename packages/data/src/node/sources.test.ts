import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rejection } from '../../test/failure';
import { requireColumn, type TableHeader } from '../table';
import { type ReadOptions, readRows, readTable } from './read';

const folder = mkdtempSync(join(tmpdir(), 'attune-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function streamed(path: string, options: ReadOptions = {}) {
  const stream = await readRows(path, options);
  const rows: Readonly<Record<string, string>>[] = [];
  for await (const { fields } of stream.rows) rows.push(fields);
  return { rows, columns: stream.columns, warnings: stream.warnings };
}

/** A choice of columns that a template would make. */
const choosing =
  (...names: string[]) =>
  (header: TableHeader) => {
    for (const name of names) requireColumn(header, name);
    return names;
  };

describe('columns that are chosen', () => {
  it('are the only ones that have to have a name of their own', async () => {
    const double = file('double.csv', 'id,v1,id,,\n1,ham,2,,\n');
    expect((await readTable(double, { columns: ['v1'] })).rows).toEqual([{ line: 2, fields: { v1: 'ham' } }]);
    expect((await streamed(double, { columns: choosing('v1') })).rows).toEqual([{ v1: 'ham' }]);
    for (const columns of [['id'], choosing('v1', 'id'), undefined])
      expect(await rejection(readTable(double, { columns }))).toMatchObject({
        code: 'DATA_COLUMN_DUPLICATE',
        message: expect.stringContaining('got "id" as columns 1 and 3'),
      });
  });

  it('settle the separator of a header with several', async () => {
    const path = file('semicolon.csv', 'text;salary, EUR;"la;bel"\n"a;b";1,5;x\n');
    const columns = choosing('text', 'la;bel');
    expect((await readTable(path, { columns })).rows[0].fields).toEqual({ text: 'a;b', 'la;bel': 'x' });
    const commas = file('commas.csv', 'a;b,c\n1;2,3\n');
    expect((await streamed(commas, { columns: ['a;b'] })).rows).toEqual([{ 'a;b': '1;2' }]);
    expect((await streamed(commas, { columns: choosing('b,c') })).rows).toEqual([{ 'b,c': '2,3' }]);
    expect((await readTable(path, { delimiter: ';' })).columns).toEqual(['text', 'salary, EUR', 'la;bel']);
    expect(await rejection(readTable(commas, { columns: ['texts'] }))).toMatchObject({ code: 'DATA_COLUMN_MISSING' });
  });

  it('may be missing in any object, the first too, with a warning', async () => {
    const objects = ['{"title":"a"}', '{"title":"b","skills":"c"}'];
    const expected = [
      { title: 'a', skills: '' },
      { title: 'b', skills: 'c' },
    ];
    for (const [order, rows] of [
      [objects, expected],
      [objects.toReversed(), expected.toReversed()],
    ] as const) {
      const path = file('keys.jsonl', order.join('\n'));
      for (const read of [
        await streamed(path, { columns: choosing('title', 'skills') }),
        await readTable(path, { columns: choosing('title', 'skills') }).then((table) => ({
          ...table,
          rows: table.rows.map(({ fields }) => fields),
        })),
      ]) {
        expect(read.rows).toEqual(rows);
        expect(read.warnings).toEqual([expect.stringContaining('"skills" is missing, null or empty in 1 of 2 rows')]);
      }
    }
    expect(await rejection(readRows(file('keys.jsonl', objects[0]), { columns: ['skills'] }))).toMatchObject({
      code: 'DATA_COLUMN_MISSING',
      message: expect.stringContaining('got "title"'),
    });
  });
});

describe('files of other forms', () => {
  it('reads an array of objects, or of strings, and an object a line, from .json', async () => {
    const array = file(
      'array.json',
      '\ufeff[\n{"text": "a", "id": 9007199254740993},\n{"text": null, "tags": ["x"]}]\n',
    );
    expect((await readTable(array)).rows).toEqual([
      { line: 2, fields: { text: 'a', id: '9007199254740993', tags: '' } },
      { line: 3, fields: { text: '', id: '', tags: '["x"]' } },
    ]);
    expect((await streamed(file('strings.json', '["a\\n", "b"]'))).rows).toEqual([{ text: 'a\n' }, { text: 'b' }]);
    expect((await streamed(file('lines.json', '{"text":"a"}\n{"text":"b"}\n'))).rows).toEqual([
      { text: 'a' },
      { text: 'b' },
    ]);
    expect(await rejection(readTable(file('empty.json', ' []')))).toMatchObject({ code: 'DATA_EMPTY' });
    expect(await rejection(readTable(file('numbers.json', '[{"a":1},\n3]')))).toMatchObject({
      code: 'DATA_JSON',
      message: expect.stringContaining(
        'numbers.json line 2: expected a JSON object such as {"text": "…"}, got a number',
      ),
    });
  });

  it('reads UTF-16 with a mark in every format of text', async () => {
    const wide = (name: string, text: string) => file(name, Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect((await readTable(wide('w.csv', 'a,b\r\n1,é\r\n'))).rows[0].fields).toEqual({ a: '1', b: 'é' });
    expect((await readTable(wide('w.tsv', 'a\tb\n1\té\n'))).rows[0].fields).toEqual({ a: '1', b: 'é' });
    expect((await readTable(wide('w.jsonl', '{"a":"é"}\n'))).rows[0].fields).toEqual({ a: 'é' });
    expect((await readTable(wide('w.txt', 'é\nb'))).rows.map(({ fields }) => fields.text)).toEqual(['é', 'b']);
  });

  it('takes a carriage return alone for the end of an object, and of a line of plain text where there is no other', async () => {
    expect((await streamed(file('r.jsonl', '{"a":1}\r{"a":2}\r'))).rows).toEqual([{ a: '1' }, { a: '2' }]);
    const returns = await streamed(file('r.txt', 'a\rb\rc'));
    expect(returns.rows.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(returns.warnings).toEqual([expect.stringContaining('lines end in a lone carriage return (CR)')]);
    const mixed = await streamed(file('m.txt', 'a\rb\nc\r\n'));
    expect(mixed.rows.map(({ text }) => text)).toEqual(['a\rb', 'c']);
    expect(mixed.warnings).toEqual([
      expect.stringContaining('1 line holds a lone carriage return (CR) (first line 1)'),
    ]);
    const csv = await streamed(file('m.csv', 'text\nfoo\rbar\nbaz\n'));
    expect([csv.rows.length, csv.warnings]).toEqual([3, [expect.stringContaining('(CR) ends 1 line (first line 2)')]]);
  });

  it('refuses a delimiter where nothing is delimited', async () => {
    expect(await rejection(readRows(file('d.jsonl', '{}'), { delimiter: ';' }))).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('delimiter expected the format csv, got jsonl'),
    });
  });
});

it('reads header names without the blanks around them, with the separator that gives the columns asked for', async () => {
  const path = file('blanks.csv', 'text; salary, EUR; label\nfoo;1;a\n');
  const { rows, columns } = await streamed(path, { columns: ['text', 'label'] });
  expect([columns, rows]).toEqual([['text', 'label'], [{ text: 'foo', label: 'a' }]]);
  const spaced = file('spaced.csv', ' text , label\nfoo,a\n');
  expect((await streamed(spaced, { columns: choosing('text', 'label') })).rows).toEqual([{ text: 'foo', label: 'a' }]);
  expect((await streamed(spaced, { columns: [' label'] })).rows).toEqual([{ ' label': 'a' }]);
  expect(await rejection(streamed(path, { columns: ['text', 'tag'] }))).toMatchObject({
    code: 'DATA_COLUMN_MISSING',
    message: expect.stringContaining(`or if ";" separates columns, pass --delimiter ';'`),
  });
});

it('reads bare NaN in an array and in lines of JSON as null, and notes it at the end', async () => {
  for (const [name, content] of [
    ['nan.json', '[{"text":"NaN","s":NaN},\n{"text":"b","s":2}]'],
    ['nan.jsonl', '{"text":"NaN","s":NaN}\n{"text":"b","s":2}\n'],
  ]) {
    const path = file(name, content);
    const { rows, warnings } = await streamed(path, { columns: ['text'] });
    expect(rows).toEqual([{ text: 'NaN' }, { text: 'b' }]);
    expect(warnings).toEqual([
      `${path}: 1 row contains NaN or Infinity (first on line 1), which is not JSON; read as null`,
    ]);
  }
});
