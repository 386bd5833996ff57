import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { parseJsonl } from './jsonl';

describe('parseJsonl', () => {
  it('makes text of every value and says what was missing', () => {
    const table = parseJsonl('\ufeff{"text":"a","n":1.5,"ok":true}\r\n\n{"text":null,"tags":["x",{"y":1}]}\n', {
      where: 'x.jsonl',
    });
    expect(table.columns).toEqual(['text', 'n', 'ok', 'tags']);
    expect(table.rows).toEqual([
      { line: 1, fields: { text: 'a', n: '1.5', ok: 'true', tags: '' } },
      { line: 3, fields: { text: '', n: '', ok: '', tags: '["x",{"y":1}]' } },
    ]);
    expect(table.warnings[0]).toBe(
      'x.jsonl: "text" is missing, null or empty in 1 of 2 rows (first on line 3); read as empty text',
    );
    expect(table.warnings).toHaveLength(4);
  });

  it('keeps keys that objects already know', () => {
    expect(
      parseJsonl('{"a":"1"}\n{"__proto__":"2","constructor":"3"}').rows.map(({ fields }) => Object.entries(fields)),
    ).toEqual([
      [
        ['a', '1'],
        ['__proto__', ''],
        ['constructor', ''],
      ],
      [
        ['a', ''],
        ['__proto__', '2'],
        ['constructor', '3'],
      ],
    ]);
  });

  it('returns every object of strings unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), label: fc.string() }), { minLength: 1 }),
        (rows) => {
          const { rows: read } = parseJsonl(rows.map((row) => JSON.stringify(row)).join('\n'));
          expect(read).toEqual(rows.map((fields, i) => ({ line: i + 1, fields })));
        },
      ),
    );
  });

  it.each([
    ['an empty file', '\n \n', 'DATA_EMPTY', 'x.jsonl: expected rows of data'],
    [
      'a broken line',
      '{"a":1}\n{"a":',
      'DATA_JSON',
      'x.jsonl line 2: expected a whole JSON object such as {"text": "…"}, got',
    ],
    [
      'a row that is nested too deep',
      `{"a":1}\n{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'DATA_JSON',
      'x.jsonl line 2: expected a JSON object such as {"text": "…"}, got brackets more than 1000 deep at column 1005, which is nested too deeply; put one object on each line',
    ],
    ['an array', '[1]', 'DATA_JSON', 'x.jsonl line 1: expected a JSON object such as {"text": "…"}, got an array'],
    ['null', '\nnull', 'DATA_JSON', 'x.jsonl line 2: expected a JSON object such as {"text": "…"}, got null'],
    ['a string', '"a"', 'DATA_JSON', 'got a string'],
  ])('refuses %s', (_, text, code, message) => {
    expect(failure(() => parseJsonl(text, { where: 'x.jsonl' }))).toMatchObject({
      name: 'AttuneError',
      code,
      message: expect.stringContaining(message),
    });
  });
});

it('keeps every digit of an integer, so that identifiers that differ stay apart', () => {
  const lines = [
    '{"label": 9007199254740993, "n": -1234567890123456789, "x": 0.12345678901234567, "y": 1e300}',
    '{"label": 9007199254740992, "n": 1234567890123456, "text": "id: 9007199254740993, \\"9007199254740993"}',
    '{"label": [9007199254740993]}',
  ];
  const fields = parseJsonl(lines.join('\n')).rows.map((row) => row.fields);
  expect(fields[0]).toMatchObject({
    label: '9007199254740993',
    n: '-1234567890123456789',
    x: '0.12345678901234567',
    y: '1e+300',
  });
  expect(fields[1]).toMatchObject({ label: '9007199254740992', n: '1234567890123456' });
  expect(fields[1].text).toBe('id: 9007199254740993, "9007199254740993');
  expect(fields[2].label).toBe('["9007199254740993"]');
});

it.each([
  ['9007199254740992', '9007199254740992'],
  ['9007199254740991', '9007199254740991'],
  ['1000000000000000000000000', '1000000000000000000000000'],
  ['1234567890.12345678', '1234567890.12345678'],
  ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
  ['0.10000000000000000', '0.1'],
  ['9007199254740993.0', '9007199254740993.0'],
  ['90071992547409930e-1', '90071992547409930e-1'],
  ['1e400', '1e400'],
  ['1e300', '1e+300'],
  ['1.10', '1.1'],
  ['-0.0', '0'],
])('writes the number %s as %s', (number, text) => {
  const [{ fields }] = parseJsonl(`{"group": ${number}, "text": "\\"${number}\\" ${number}"}`).rows;
  expect(fields).toEqual({ group: text, text: `"${number}" ${number}` });
});

it('keeps any number of a file apart from those that differ', () => {
  const digits = fc.stringMatching(/^[1-9]\d{0,20}(\.\d{0,20}[1-9])?$/);
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      const [first, second] = parseJsonl(`{"id": ${a}}\n{"id": ${b}}`).rows.map(({ fields }) => fields.id);
      expect(first === second).toBe(a === b);
    }),
  );
});

describe('bare NaN and Infinity', () => {
  it('are null outside strings, and counted', () => {
    const text =
      '{"text":"a NaN, \\"Infinity","s":1}\n{"text":"NaN: -Infinity \\" NaN","s":NaN}\n{"text":"b","s":[1,-Infinity,Infinity],"id":9007199254740993}\n';
    const { rows, warnings } = parseJsonl(text, { where: 'x.jsonl' });
    expect(rows.map(({ fields }) => [fields.text, fields.s, fields.id])).toEqual([
      ['a NaN, "Infinity', '1', ''],
      ['NaN: -Infinity " NaN', '', ''],
      ['b', '[1,null,null]', '9007199254740993'],
    ]);
    expect(warnings[0]).toBe(
      'x.jsonl: 2 rows contain NaN or Infinity (first on line 2), which is not JSON; read as null',
    );
  });

  it.each(['{"a": nan}', '{"a": NaN1}', '{"a": 1NaN}', '{"a": -NaN}', '{"a": NaN', '{NaN: 1}'])(
    'refuses %s',
    (text) => {
      expect(failure(() => parseJsonl(text))).toMatchObject({ code: 'DATA_JSON' });
    },
  );
});
