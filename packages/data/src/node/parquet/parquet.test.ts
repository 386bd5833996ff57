import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { rejection } from '../../../test/failure';
import { seededRandom } from '../../random';
import type { Row } from '../../table';
import { fileAccess } from '../bytes';
import { readRows, readTable } from '../read';
import { openParquet } from './rows';

const fixtures = fileURLToPath(new URL('../../../fixtures/parquet/', import.meta.url));
const fixture = (name: string) => `${fixtures}${name}.parquet`;
const folder = mkdtempSync(join(tmpdir(), 'attune-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const fromStdin = (bytes: Uint8Array) => readTable('-', { format: 'parquet', stdin: once(bytes) });

/** What pyarrow reads, as text. */
const expected: Row[] = JSON.parse(readFileSync(`${fixtures}texts.json`, 'utf8')).map(
  (values: Record<string, string | number | null>, i: number) => ({
    line: i + 1,
    fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')])),
  }),
);

describe('readTable of Parquet', () => {
  it.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'pages'])('reads %s as pyarrow does', async (name) => {
    const table = await readTable(fixture(name));
    expect(table.columns).toEqual(['title', 'sector', 'pay']);
    expect(table.rows).toEqual(expected);
  });

  it('writes every kind of value as text', async () => {
    const { rows } = await readTable(fixture('kinds'));
    expect(rows[0].fields).toEqual({
      ...{ int8: '-128', uint32: '0', int64: '-9223372036854775808', uint64: '0', float32: '0.1', float64: '0.1' },
      ...{ bool: 'true', date: '2024-02-29', naive: '2024-01-31T09:30:00', utc: '2024-01-31T09:30:00.5Z' },
      ...{ decimal: '0.30', category: 'a', list: '["a","b"]', struct: '{"x":1,"y":"z"}', bytes: 'plain' },
    });
    expect(rows[1].fields).toEqual({
      ...{ int8: '127', uint32: '4294967295', int64: '9223372036854775807', uint64: '18446744073709551615' },
      ...{ float32: '-1.5e-7', float64: '1e+100', bool: 'false', date: '1969-12-31' },
      ...{ naive: '1960-01-01T00:00:00.000001', utc: '1970-01-01T00:00:00Z', decimal: '-12.05' },
      ...{ category: 'b', list: '[]', struct: '{"x":null,"y":"w"}', bytes: 'text' },
    });
    expect(Object.values(rows[2].fields).every((text) => text === '')).toBe(true);
  });

  it('writes times of day and what lists hold as it does elsewhere, and passes over empty row groups', async () => {
    const { rows } = await readTable(fixture('times'));
    expect(rows.map(({ fields }) => fields)).toEqual([
      {
        ...{ ms: '09:30:00', us: '09:30:00', ns: '09:30:00', times: '["09:30:00"]' },
        ...{ local: '["2024-01-31T09:30:00"]', utc: '["2024-01-31T09:30:00Z"]', decimals: '[0.57]', floats: '[0.1]' },
        struct: '{"at":"09:30:00","utc":"2024-01-31T09:30:00Z","local":"2024-01-31T09:30:00","pay":0.57}',
        structs: '[{"at":"09:30:00","f":0.1}]',
        map: '{"x":"09:30:00"}',
      },
      {
        ...{ ms: '23:59:59.5', us: '23:59:59.5', ns: '23:59:59.5', times: '["23:59:59.5"]' },
        ...{ local: '["2024-01-31T23:59:59.5"]', utc: '["2024-01-31T23:59:59.5Z"]' },
        ...{ decimals: '[0.57]', floats: '[0.1]' },
        struct: '{"at":"23:59:59.5","utc":"2024-01-31T23:59:59.5Z","local":"2024-01-31T23:59:59.5","pay":0.57}',
        structs: '[{"at":"23:59:59.5","f":0.1}]',
        map: '{"x":"23:59:59.5"}',
      },
    ]);
  });

  it("gives the names that datasets' metadata has for the ids of classes", async () => {
    const { classNames, rows } = await readTable(fixture('class-names'));
    expect(classNames).toEqual({ label: ['code', 'farm'], ner_tags: ['O', 'B-PER', 'I-PER'] });
    expect(rows[1].fields).toMatchObject({ label: '1', ner_tags: '[1,2,0,0]' });
    expect((await readTable(fixture('class-names'), { columns: ['text'] })).classNames).toEqual(classNames);
    expect(await readTable(fixture('none'))).not.toHaveProperty('classNames');
    const columnData = [{ name: 'label', data: [1, 0] }];
    for (const value of ['{', 'null', '{"info": {"features": {"label": {"_type": "ClassLabel", "names": [1]}}}}']) {
      const bytes = parquetWriteBuffer({ columnData, kvMetadata: [{ key: 'huggingface', value }] });
      expect(await fromStdin(new Uint8Array(bytes))).not.toHaveProperty('classNames');
    }
  });

  it('says which columns have empty values', async () => {
    expect((await readTable(fixture('none'))).warnings).toEqual([
      expect.stringContaining('"title" is missing, null or empty in 26 of 90 rows (first on line 3)'),
      expect.stringContaining('"pay" is missing, null or empty in 18 of 90 rows (first on line 1)'),
    ]);
  });

  it('reads any table that was written', async () => {
    const text = fc.option(fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (data, size) => {
          const columnData = [{ name: 'text', data, type: 'STRING' as const }];
          const { rows } = await fromStdin(new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: size })));
          expect(rows.map(({ fields }) => fields.text)).toEqual(data.map((value) => value ?? ''));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads a row group when it is asked for, and of it only the wanted columns', async () => {
    const file = await fileAccess(fixture('none'));
    const read: [number, number][] = [];
    const slice = (start: number, end?: number) => {
      read.push([start, end ?? file.byteLength]);
      return file.slice(start, end);
    };
    const { rows } = await openParquet({ ...file, slice }, { where: 'x', choose: ['sector'] });
    read.length = 0;
    for (let i = 0; i < 40; i++) await rows.next();
    const first = new Set(read.map(String));
    expect(first.size).toBe(1);
    await rows.next();
    expect(new Set(read.map(String)).size).toBe(2);
    expect(read[0][1] - read[0][0]).toBeLessThan(file.byteLength / 6);
  });

  it.each(['hard-1', 'hard-2'])(
    'reads columns of nulls alone, and nothing of those that nobody wants: %s',
    async (name) => {
      const { rows } = await readTable(fixture(name), { columns: ['title', 'nothing', 'none'] });
      expect(rows.map(({ fields }) => fields)).toEqual([
        { title: 'Welder', nothing: '', none: '' },
        { title: 'Cook', nothing: '', none: '' },
      ]);
      expect(await rejection(readTable(fixture(name)))).toMatchObject({ code: 'DATA_ENCODING' });
    },
  );

  it('refuses two columns of one name where they are wanted', async () => {
    expect((await readTable(fixture('double'), { columns: ['y'] })).rows[0].fields).toEqual({ y: 'b' });
    for (const columns of [['x'], undefined])
      expect(await rejection(readTable(fixture('double'), { columns }))).toMatchObject({
        code: 'DATA_COLUMN_DUPLICATE',
      });
  });

  it('gives the wanted columns, in order, of every format', async () => {
    writeFileSync(join(folder, 'a.csv'), 'a,b,c\n1,2,3\n');
    const csv = await readTable(join(folder, 'a.csv'), { columns: ['c', 'a'] });
    expect([csv.columns, csv.rows]).toEqual([['a', 'c'], [{ line: 2, fields: { a: '1', c: '3' } }]]);
    const stream = await readRows(fixture('snappy'), { columns: ['sector'] });
    expect((await stream.rows.next()).value).toEqual({ line: 1, fields: { sector: '11' } });
    for (const path of [join(folder, 'a.csv'), fixture('snappy')])
      expect(await rejection(readRows(path, { columns: ['secto'] }))).toMatchObject({ code: 'DATA_COLUMN_MISSING' });
  });
});

describe('what is wrong with a Parquet file', () => {
  const whole = new Uint8Array(readFileSync(fixture('none')));

  it.each([
    ['no bytes', new Uint8Array(0), 'DATA_EMPTY', 'standard input: expected rows of data'],
    ['another format', new TextEncoder().encode('text,label\na,b\n'), 'DATA_PARQUET', 'which ends in PAR1'],
    ['a cut file', whole.slice(0, 2000), 'DATA_PARQUET', 'it is cut off, or of another format'],
    ['an encrypted file', new TextEncoder().encode('PAR1........PARE'), 'DATA_PARQUET', 'got an encrypted one'],
    ['no rows', new Uint8Array(readFileSync(fixture('no-rows'))), 'DATA_NO_ROWS', 'expected rows of data, got none'],
    ['bytes that are no text', new Uint8Array(readFileSync(fixture('bytes'))), 'DATA_ENCODING', 'row 2, column "raw"'],
  ])('says so of %s', async (_, bytes, code, message) => {
    expect(await rejection(fromStdin(bytes))).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('names row group and column of damage, and gives the rows before it', async () => {
    const { parquetMetadata } = await import('hyparquet');
    const { row_groups: groups } = parquetMetadata(whole);
    const damaged = whole.slice();
    const at = Number(groups[1].columns[2].meta_data?.data_page_offset);
    damaged.fill(255, at, at + 60);
    const rows: Row[] = [];
    const error = await rejection(
      (async () => {
        const stream = await readRows('-', { format: 'parquet', stdin: once(damaged) });
        for await (const row of stream.rows) rows.push(row);
      })(),
    );
    expect(error).toMatchObject({ code: 'DATA_PARQUET' });
    expect(String(error)).toMatch(/standard input row group 2 of 3, column "pay": expected a whole Parquet file/);
    expect(rows).toEqual(expected.slice(0, 40));
  });

  it('names a file that is not there, or a folder', async () => {
    expect(await rejection(readTable(join(folder, 'none.parquet')))).toMatchObject({ code: 'DATA_NOT_FOUND' });
    expect(await rejection(readTable(folder, { format: 'parquet' }))).toMatchObject({ code: 'DATA_UNREADABLE' });
  });

  it('answers any damage with rows or an AttuneError, and at once', async () => {
    const files = ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'pages', 'kinds'].map((name) =>
      readFileSync(fixture(name)),
    );
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom(1, 1, 1, 30)), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damage, async (file, changes) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value, length] of changes) bytes.fill(value, at % bytes.length, (at % bytes.length) + length);
        const start = performance.now();
        const error = await rejection(fromStdin(bytes));
        if (error !== undefined) expect(error).toMatchObject({ name: 'AttuneError' });
        expect(performance.now() - start).toBeLessThan(5000);
      }),
      { numRuns: 300, seed: seededRandom(1).uint32() | 0 },
    );
  });

  it('answers any cut with an AttuneError', async () => {
    for (let length = 0; length < whole.length; length += 37)
      expect(await rejection(fromStdin(whole.slice(0, length)))).toMatchObject({ name: 'AttuneError' });
  });
});
