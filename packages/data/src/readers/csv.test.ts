import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { csvText, parseCsv } from './csv';

const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe('parseCsv', () => {
  it('reads quoted fields that hold separators, quotes and newlines, and knows the line of every row', () => {
    const table = parseCsv('text,label\n"a, ""b""\nc",1\n\nd,2\r\n"e\r\nf",3\r\ng,4', { where: 'x.csv' });
    expect(table).toMatchObject({ where: 'x.csv', columns: ['text', 'label'], headerLine: 1, warnings: [] });
    expect(table.rows).toEqual([
      { line: 2, fields: { text: 'a, "b"\nc', label: '1' } },
      { line: 5, fields: { text: 'd', label: '2' } },
      { line: 6, fields: { text: 'e\r\nf', label: '3' } },
      { line: 8, fields: { text: 'g', label: '4' } },
    ]);
  });

  it('reads what any writer of RFC 4180 wrote', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é', '😀', ';') });
    const lineEnd = fc.constantFrom('\n', '\r\n');
    const form = fc.record({ end: lineEnd, last: fc.boolean(), delimiter: fc.constantFrom(',', ';', '\t', '|') });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), form, (records, { end, last, delimiter }) => {
        const text =
          [['a', 'b'], ...records].map((record) => record.map(quoted).join(delimiter)).join(end) + (last ? end : '');
        const lines = [1];
        for (const record of records) lines.push(lines.at(-1)! + 1 + record.join('').split('\n').length - 1);
        expect(parseCsv(text).rows).toEqual(
          records.map(([a, b], i) => ({ line: i === 0 ? 2 : lines[i] + 1, fields: { a, b } })),
        );
      }),
    );
  });

  it('answers any text with rows or an AttuneError that names the input', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', '\r', '\0', '\ufeff') });
    fc.assert(
      fc.property(text, (input) => {
        const error = failure(() => parseCsv(input, { where: 'x.csv' }));
        if (error !== undefined)
          expect(error).toMatchObject({ name: 'AttuneError', message: expect.stringMatching(/^x\.csv/) });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a;b\n1,5;x\n', ['a', 'b'], { a: '1,5', b: 'x' }],
    ['\ufeff\n"a,\nA";b\n1,5;x\n', ['a,\nA', 'b'], { 'a,\nA': '1,5', b: 'x' }],
    ['a;b,c\n1;2,3\n', ['a;b', 'c'], { 'a;b': '1;2', c: '3' }],
    ['"a;b"\n1\n', ['a;b'], { 'a;b': '1' }],
    ['a|b\n1|2\n', ['a', 'b'], { a: '1', b: '2' }],
  ])('takes the separator from the header: %j', (text, columns, fields) => {
    const table = parseCsv(text);
    expect(table.columns).toEqual(columns);
    expect(table.rows[0].fields).toEqual(fields);
  });

  it('strips a byte order mark and reads tabs and lone returns', () => {
    expect(parseCsv('\ufefftext\tlabel\ra,b\tc\r', { delimiter: '\t' }).rows).toEqual([
      { line: 2, fields: { text: 'a,b', label: 'c' } },
    ]);
  });

  it('keeps columns whose names objects already know', () => {
    const [row] = parseCsv('__proto__,constructor\n1,2\n').rows;
    expect(Object.entries(row.fields)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});

describe('parseCsv of files as programs write them', () => {
  const fieldsOf = (text: string) => parseCsv(text).rows.map(({ fields }) => fields);

  it.each([
    ['several columns without a name', 'v1,v2,,,\nham,Go,,,\nspam,"Win, now",,,\n', { v1: 'ham', v2: 'Go' }],
    ['rows with commas that the header lacks', 'v1,v2\nham,Go,,,\nspam,"Win, now", ,\n', { v1: 'ham', v2: 'Go' }],
    [
      'rows without the fields of columns without a name',
      'v1,v2,,,\nham,Go\nspam,"Win, now",\n',
      { v1: 'ham', v2: 'Go' },
    ],
    ['one column without a name', ',v1\n0,ham\n1,spam\n', { '': '0', v1: 'ham' }],
    ['a line that says the separator', 'sep=;\r\nv1;v2\r\nham;Go, now\r\n', { v1: 'ham', v2: 'Go, now' }],
    ['a quoted one, after a mark', '\ufeff"sep=\t"\nv1\tv2\nham\tGo; now\n', { v1: 'ham', v2: 'Go; now' }],
  ])('reads %s', (_, text, first) => {
    expect(fieldsOf(text)[0]).toEqual(first);
  });

  it('counts lines from the one that says the separator', () => {
    const { rows, headerLine } = parseCsv('sep=|\r\na|b\r\n1|2\r\n');
    expect([headerLine, rows[0].line]).toEqual([2, 3]);
    expect(failure(() => parseCsv('sep=|\na|b\n1\n', { where: 'x.csv' }))).toMatchObject({
      message: expect.stringContaining('x.csv line 3: expected 2 fields'),
    });
  });

  it('notes a carriage return that ends a line where others end in LF, and names it where it cuts a row', () => {
    const { rows, warnings } = parseCsv('text\nfoo\rbar\r\nbaz\n"a\rb"\n', { where: 'x.csv' });
    expect(rows.map(({ fields }) => fields.text)).toEqual(['foo', 'bar', 'baz', 'a\rb']);
    expect(warnings).toEqual([
      'x.csv: a lone carriage return (CR) ends 1 line (first line 2), while others end in LF: the text after it is read as a new row; put a field that contains one in double quotes',
    ]);
    for (const text of ['a,b\nfoo\rbar,c\n', 'a,b\r\n1,2\r\nfoo,x\rbar\r\n'])
      expect(failure(() => parseCsv(text))).toMatchObject({
        code: 'DATA_FIELDS',
        message: expect.stringContaining('a lone carriage return (CR) ends the row here'),
      });
  });

  it.each(['a\rb\rc\r', 'a\nb\nc\n', 'a\r\r\nb\r\r\nc\r\r\n', 'a\r\n"b\r"\r\n'])(
    'notes no other line end: %j',
    (text) => {
      expect(parseCsv(text).warnings).toEqual([]);
    },
  );
});

describe('parseCsv on bad input', () => {
  it.each([
    ['an empty file', '', 'DATA_EMPTY', 'x.csv: expected rows of data, got an empty file'],
    ['blank lines only', '\n\r\n\n', 'DATA_EMPTY', 'x.csv: expected rows of data'],
    ['a header only', '\na,b\n\n', 'DATA_NO_ROWS', 'x.csv line 2: expected rows below the header, got none'],
    [
      'a quote never closed',
      'a,b\n1,2\n"3\n4","5\n6,7\n',
      'DATA_QUOTE',
      'x.csv line 4, column "b": expected a closing quote',
    ],
    [
      'a quote closed too early',
      'a,b\r\n"1\r\n2 "x" y",3\r\n',
      'DATA_QUOTE',
      'x.csv line 2, column "a": expected a separator',
    ],
    [
      'a doubled quote before it',
      'a,b\n"1 ""\n2"x,3\n',
      'DATA_QUOTE',
      'x.csv line 2, column "a": expected a separator',
    ],
    ['a quote in an unquoted field', 'a,b\n1,5" pipe\n', 'DATA_QUOTE', 'x.csv line 2, column "b": expected no quote'],
    ['a quote in the header', 'a,"b\n1,2\n', 'DATA_QUOTE', 'x.csv line 1, column 2: expected a closing quote'],
    [
      'too many fields',
      'a,b\n\n1,2\n1,2,3\n',
      'DATA_FIELDS',
      'x.csv line 4: expected 2 fields, as in the header, got 3',
    ],
    [
      'too few fields',
      'a,b,c\n1,2\n',
      'DATA_FIELDS',
      'x.csv line 2: expected 3 fields, as in the header, got 2; add the missing fields after "b"',
    ],
    [
      'a column twice',
      'a,b,a\n1,2,3\n',
      'DATA_COLUMN_DUPLICATE',
      'x.csv line 1: expected distinct column names, got "a" as columns 1 and 3',
    ],
  ])('%s', (_, text, code, message) => {
    expect(failure(() => parseCsv(text, { where: 'x.csv' }))).toMatchObject({
      name: 'AttuneError',
      code,
      message: expect.stringContaining(message),
    });
  });
});

it('quotes what needs it', () => {
  const fields = { when: new Date(0), tags: ['a', 'b'], meta: { x: 1 }, none: null };
  expect(csvText([fields])).toBe('when,tags,meta,none\n1970-01-01T00:00:00.000Z,"[""a"",""b""]","{""x"":1}",\n');
  expect(csvText([{ line: 2, text: 'a, "b"' }])).toBe('line,text\n2,"a, ""b"""\n');
});

it('writes each value under its key, in rows with other keys or another order', () => {
  const rows = [
    { text: 'x', label: 'y' },
    { label: 'n', text: 'm' },
    { text: null, more: 5 },
  ];
  expect(csvText(rows)).toBe('text,label,more\nx,y,\nm,n,\n,,5\n');
});

it('quotes a single empty field, which would be a blank line that readers skip', () => {
  const rows = [{ labels: '' }, { labels: 'a' }, { labels: '' }];
  expect(csvText(rows)).toBe('labels\n""\na\n""\n');
  expect(parseCsv(csvText(rows)).rows.map(({ fields }) => fields)).toEqual(rows);
});

it('is read back as it was', () => {
  const row = fc.record({
    first: fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }),
    second: fc.integer(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const read = parseCsv(csvText(rows)).rows.map(({ fields }) => fields);
      expect(read).toEqual(rows.map(({ first, second }) => ({ first, second: String(second) })));
    }),
  );
});

describe('quotes in files of tabs', () => {
  it('are noted where they join rows', () => {
    const { rows, warnings } = parseCsv('a\tb\n"Hello\t1\nmiddle\t0\nBye"\t1\nx\t0\n', { where: 'a.tsv' });
    expect(rows).toHaveLength(2);
    expect(warnings).toEqual([
      expect.stringMatching(/^a\.tsv line 2: a quoted field has tabs and line breaks.*: sed .* a\.tsv > /),
    ]);
    expect(parseCsv('a\tb\n"two\nlines"\t1\n').warnings).toEqual([]);
  });

  it('are refused with the command that quotes every field', () => {
    expect(() => parseCsv('a\tb\nsaid "hi"\t1\n', { where: 'a.tsv' })).toThrow(
      `a.tsv line 2, column "a": expected no quote inside an unquoted field, got one; quote the whole field and double the quotes inside (""); if quotes are text in the whole file: sed 's/"/""/g; s/[^\\t]*/"&"/g' a.tsv > quoted.tsv`,
    );
  });
});
