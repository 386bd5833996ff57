import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { failure, rejection } from '../../test/failure';
import { parseCsv } from '../readers/csv';
import { parseJsonl } from '../readers/jsonl';
import type { Row } from '../table';
import { readRows, readTable } from './read';

const folder = mkdtempSync(join(tmpdir(), 'attune-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('readTable', () => {
  it('reads by extension', async () => {
    const csv = file('a.CSV', '\ufefftext,label\r\n"a\r\nb",1\r\nc,2');
    expect(await readTable(csv)).toEqual({
      where: csv,
      columns: ['text', 'label'],
      headerLine: 1,
      rows: [
        { line: 2, fields: { text: 'a\r\nb', label: '1' } },
        { line: 4, fields: { text: 'c', label: '2' } },
      ],
      warnings: [],
    });
    expect((await readTable(file('a.tsv', 'text\tlabel\na,b\t1\n'))).rows[0].fields).toEqual({
      text: 'a,b',
      label: '1',
    });
    expect((await readTable(file('a.txt', 'text\n\n'))).rows.map(({ fields }) => fields.text)).toEqual(['text', '']);
    const jsonl = await readTable(file('a.jsonl', '{"a":1}\n{"b":null,"a":"x"}\n'));
    expect(jsonl.columns).toEqual(['a', 'b']);
    expect(jsonl.rows[0].fields).toEqual({ a: '1', b: '' });
    expect(jsonl.warnings).toHaveLength(1);
    const bare = await readTable(file('nan.jsonl', '{"a":[NaN,1]}\n'));
    expect(bare.warnings).toEqual([expect.stringContaining('NaN or Infinity')]);
  });

  it('keeps the order of columns whose names are numbers', async () => {
    expect((await readTable(file('years.csv', 'name,2020,2019\na,1,2\n'))).columns).toEqual(['name', '2020', '2019']);
  });

  it.each([1, 2, 3, 1000])(
    'takes the separator of CSV from a header that comes in pieces of %i bytes',
    async (size) => {
      const csv = '\ufeff"a,\r\n""b""";é\r\n1,5;x\r\n';
      const stdin = inPieces(new TextEncoder().encode(csv), size);
      const { columns, rows } = await readTable('-', { format: 'csv', stdin });
      expect(columns).toEqual(['a,\r\n"b"', 'é']);
      expect(rows.map(({ fields }) => Object.values(fields))).toEqual([['1,5', 'x']]);
    },
  );

  it('does not wait for the end of a header whose quote is open', async () => {
    let read = 0;
    async function* endless() {
      for (; read < 100e6; read += 4096) yield new TextEncoder().encode(read === 0 ? '"a' : 'b;\n'.repeat(1365));
    }
    expect(await rejection(readTable('-', { format: 'csv', stdin: endless() }))).toMatchObject({ code: 'DATA_QUOTE' });
    expect(read).toBeLessThan(50e6);
  });

  it('reads lines from standard input, or what it is told', async () => {
    const stdin = () => inPieces(new TextEncoder().encode('text,é\n1,2\n'), 3);
    const lines = await readTable('-', { stdin: stdin() });
    expect(lines).toMatchObject({ where: 'standard input', columns: ['text'] });
    expect(lines.rows.map(({ fields }) => fields.text)).toEqual(['text,é', '1,2']);
    expect((await readTable('-', { format: 'csv', stdin: stdin() })).columns).toEqual(['text', 'é']);
  });

  it.each([
    ['an unknown extension', 'a.xlsx', 'x', 'DATA_FORMAT', 'state the format: csv, tsv, jsonl, parquet or lines'],
    ['an empty file', 'empty.csv', '', 'DATA_EMPTY', 'empty.csv: expected rows of data'],
    ['no lines', 'empty.txt', '', 'DATA_EMPTY', 'empty.txt: expected rows of data'],
    ['no objects', 'empty.jsonl', '\n', 'DATA_EMPTY', 'empty.jsonl: expected rows of data'],
    ['a header only', 'header.csv', 'a,b\n', 'DATA_NO_ROWS', 'header.csv line 1: expected rows below the header'],
    [
      'another encoding',
      'latin.csv',
      new Uint8Array([0x61, 0x0a, 0x62, 0xe9, 0x0a]),
      'DATA_ENCODING',
      'latin.csv line 2: expected UTF-8 text, got byte 0xe9 at byte offset 3',
    ],
    [
      'an unclosed quote',
      'quote.csv',
      'a,b\n1,2\n3,"4\n5,6\n',
      'DATA_QUOTE',
      'quote.csv line 3, column "b": expected a closing quote',
    ],
    ['a short row', 'short.csv', 'a,b\n1,2\n3\n', 'DATA_FIELDS', 'short.csv line 3: expected 2 fields'],
    ['a column twice', 'twice.csv', 'a,a\n1,2\n', 'DATA_COLUMN_DUPLICATE', 'twice.csv line 1'],
    ['broken JSON', 'broken.jsonl', '{"a":1}\n{"a":', 'DATA_JSON', 'broken.jsonl line 2'],
  ])('refuses %s', async (_, name, content, code, message) => {
    expect(await rejection(readTable(file(name, content)))).toMatchObject({
      name: 'AttuneError',
      code,
      message: expect.stringContaining(message),
    });
  });

  it.each(['rows.csv', 'rows.jsonl', 'rows.parquet'])('says that %s is a Git LFS pointer', async (name) => {
    const path = file(name, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n');
    expect(await rejection(readTable(path))).toMatchObject({
      code: 'LFS_POINTER',
      message: expect.stringContaining(`${path}: expected the file itself, got a Git LFS pointer`),
    });
  });

  it('names a file that is not there or is none', async () => {
    expect(await rejection(readTable(join(folder, 'none.csv')))).toMatchObject({ code: 'DATA_NOT_FOUND' });
    expect(await rejection(readTable(folder, { format: 'csv' }))).toMatchObject({
      code: 'DATA_UNREADABLE',
      message: expect.stringContaining('got a directory'),
    });
  });

  it('stops at an unclosed quote before it has read the rest of the file into one field', async () => {
    const text = `a,b\n1,2\n3,"4\n${'x'.repeat(2 ** 24)}\n`;
    expect(await rejection(readTable(file('long.csv', text)))).toMatchObject({
      code: 'DATA_QUOTE',
      message: expect.stringContaining('long.csv line 3, column "b": expected a record of at most 16 MiB'),
    });
  });

  it('reads any CSV in pieces of any size as it does at once', async () => {
    const unit = fc.constantFrom('a', 'b', '"', '""', ',', '\n', '\r\n', '\r', 'é', '😀');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit }), fc.integer({ min: 1, max: 7 }), async (body, size) => {
        const text = `x,y\n"1","2"\r\n${body}`;
        const stdin = inPieces(new TextEncoder().encode(text), size);
        const streamed = readTable('-', { format: 'csv', stdin });
        const error = failure(() => parseCsv(text, { where: 'standard input' }));
        if (error === undefined) expect(await streamed).toEqual(parseCsv(text, { where: 'standard input' }));
        else expect(await rejection(streamed)).toEqual(error);
      }),
      { numRuns: 200 },
    );
  });

  it('answers any bytes with rows or an AttuneError, in every format', async () => {
    const format = fc.constantFrom('csv', 'tsv', 'jsonl', 'parquet', 'lines' as const);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), format, async (bytes, name) => {
        const error = await rejection(readTable('-', { format: name, stdin: inPieces(bytes, 8) }));
        if (error !== undefined) expect(error).toMatchObject({ name: 'AttuneError' });
      }),
    );
  });
});

describe('readRows', () => {
  it('knows the columns before the rows, and gives all rows', async () => {
    const stream = await readRows(file('rows.csv', 'a,b\n1,2\n\n3,4\n'));
    expect(stream.columns).toEqual(['a', 'b']);
    expect(await collect(stream.rows)).toEqual([
      { line: 2, fields: { a: '1', b: '2' } },
      { line: 4, fields: { a: '3', b: '4' } },
    ]);
  });

  it('gives rows before the input has ended, and lets go of it when the reader stops', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (let i = 0; ; i++) yield new TextEncoder().encode(i === 0 ? 'a,b\n' : `${i},x\n`);
      } finally {
        closed = true;
      }
    }
    const stream = await readRows('-', { format: 'csv', stdin: endless() });
    let read = 0;
    for await (const row of stream.rows) {
      expect(row.fields.a).toBe(String(++read));
      if (read === 5000) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });

  it('throws at the row that is wrong, after those before it', async () => {
    const stream = await readRows(file('late.jsonl', '{"a":1}\n{"a":2}\n[3]\n'));
    const seen: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const row of stream.rows) seen.push(row.fields.a);
      })(),
    );
    expect(seen).toEqual(['1', '2']);
    expect(error).toMatchObject({ code: 'DATA_JSON', message: expect.stringContaining('line 3') });
  });

  it('gives objects as they were read where it is asked to, and counts the empty values of some columns alone', async () => {
    const text = '{"a": 1, "b": null}\n{"a": "", "c": [2]}\n';
    const options = { columns: ['a', 'b'], counted: ['a'], values: true };
    const stream = await readRows(file('values.jsonl', text), options);
    expect(await collect(stream.rows)).toEqual([
      { line: 1, fields: { a: '1', b: '' }, values: { a: 1, b: null } },
      { line: 2, fields: { a: '', b: '' }, values: { a: '', c: [2] } },
    ]);
    expect(stream.warnings).toEqual([expect.stringContaining('"a" is missing, null or empty in 1 of 2 rows')]);
    const plain = await readRows(file('plain.jsonl', text));
    expect((await collect(plain.rows))[0]).toEqual({ line: 1, fields: { a: '1', b: '' } });
  });

  it('numbers the elements of an array that stand on one line, and says the line of others', async () => {
    const lines = async (text: string) => (await readTable(file('array.json', text))).rows.map(({ line }) => line);
    expect(await lines('[{"a":1},{"a":2},{"a":3}]')).toEqual([1, 2, 3]);
    expect(await lines('[\n{"a":1},\n{"a":2}\n]')).toEqual([2, 3]);
    expect(await lines('[\n{"a":1}]')).toEqual([2]);
  });

  it('reads JSON lines as parseJsonl does', async () => {
    const text = '{"a":1,"b":[1]}\n\n{"a":null,"b":"x"}\n';
    const stream = await readRows(file('same.jsonl', text));
    expect(await collect(stream.rows)).toEqual(parseJsonl(text).rows);
  });
});
