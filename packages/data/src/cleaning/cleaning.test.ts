import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../table';
import { cleanTable, fitCleaning } from './cleaning';

const rowsOf = (...fields: Record<string, string>[]): Row[] => fields.map((own, i) => ({ line: i + 2, fields: own }));

const training = rowsOf(
  { title: ' <b>Cook</b>\n', pay: '10', city: 'Bath' },
  { title: 'Cook', pay: '10', city: 'Bath' },
  { title: 'Welder', pay: 'NA', city: 'York' },
  { title: '', pay: '40', city: '' },
  { title: 'Roofer', pay: '-2.5', city: 'York' },
);
const missingValues = ['', 'NA'];

describe('cleanTable', () => {
  it('does each step and tells what it did', () => {
    const { rows, report } = cleanTable(training, {
      ...{ html: ['title'], whitespace: true, duplicates: 'drop', missingValues },
      missing: { title: 'drop', pay: 'mean', city: { fill: '?' } },
    });
    expect(rows).toEqual([
      { line: 2, fields: { title: 'Cook', pay: '10', city: 'Bath' } },
      { line: 4, fields: { title: 'Welder', pay: '14.375', city: 'York' } },
      { line: 6, fields: { title: 'Roofer', pay: '-2.5', city: 'York' } },
    ]);
    expect(report).toEqual({
      before: 5,
      after: 3,
      steps: [
        { step: 'html', column: 'title', action: 'change', count: 1, lines: [2] },
        { step: 'whitespace', column: 'title', action: 'change', count: 1, lines: [2] },
        { step: 'missing', column: 'title', action: 'drop', count: 1, lines: [5] },
        { step: 'missing', column: 'pay', action: 'fill', count: 1, lines: [4] },
        { step: 'duplicates', action: 'drop', count: 1, lines: [3] },
      ],
    });
  });

  it('leaves rows alone unless told', () => {
    expect(cleanTable(training)).toEqual({ rows: training, report: { before: 5, after: 5, steps: [] } });
  });

  it('names the first few lines alone', () => {
    const rows = rowsOf(...Array.from({ length: 9 }, () => ({ a: ' x' })));
    expect(cleanTable(rows, { whitespace: ['a'] }).report.steps).toEqual([
      { step: 'whitespace', column: 'a', action: 'change', count: 9, lines: [2, 3, 4, 5, 6] },
    ]);
  });

  it('names line and column of what is not allowed', () => {
    expect(() => cleanTable(training, { missing: { pay: 'error' }, missingValues })).toThrow(
      'rows line 4: expected a value in column "pay", got "NA"; fill it in',
    );
    expect(() => cleanTable(training, { missing: { pay: 'mean' } })).toThrow(
      'rows line 4, column "pay": expected a number for a mean or median, got "NA"; correct it, or list it in missingValues',
    );
    expect(() => cleanTable(rowsOf({ a: '' }), { missing: { a: 'mode' } })).toThrow('at least one value for the mode');
    expect(() => cleanTable(training, { missing: { tile: 'drop' } })).toThrow('did you mean "title"?');
    expect(() => cleanTable(training, { html: ['x'] })).toThrow(
      expect.objectContaining({ code: 'DATA_COLUMN_MISSING' }),
    );
  });
});

describe('fitCleaning', () => {
  it('fills from the rows it was fitted to, not from those it is applied to', () => {
    const missing = { pay: 'median', city: 'mode', title: 'empty' } as const;
    const cleaning = fitCleaning(training, { missing, missingValues });
    expect(cleaning.fills).toEqual({ pay: '10', city: 'Bath' });
    const test = rowsOf({ title: 'NA', pay: '', city: 'NA' }, { title: 'x', pay: '999', city: 'Hull' });
    expect(cleaning.apply(test).rows.map(({ fields }) => fields)).toEqual([
      { title: '', pay: '10', city: 'Bath' },
      { title: 'x', pay: '999', city: 'Hull' },
    ]);
  });

  it('takes the middle of any numbers', () => {
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(numbers, (values) => {
        const rows = rowsOf(...values.map((value) => ({ mean: String(value), median: String(value) })));
        const { fills } = fitCleaning(rows, { missing: { mean: 'mean', median: 'median' } });
        expect(Number(fills.mean) * values.length).toBeCloseTo(
          values.reduce((a, b) => a + b),
          6,
        );
        const below = values.filter((value) => value < Number(fills.median)).length;
        const above = values.filter((value) => value > Number(fills.median)).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('changes nothing the second time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'NA', 'é') });
    const options = {
      whitespace: true,
      duplicates: 'drop',
      missing: { a: 'drop', b: { fill: 'x' } },
      missingValues,
    } as const;
    fc.assert(
      fc.property(fc.array(fc.record({ a: text, b: text }), { minLength: 1 }), (fields) => {
        const once = cleanTable(rowsOf(...fields), options).rows;
        if (once.length > 0) expect(cleanTable(once, options)).toMatchObject({ rows: once, report: { steps: [] } });
        expect(once.every((row) => row.fields.a !== '' && row.fields.a !== 'NA')).toBe(true);
      }),
    );
  });
});

it.each([
  [{ duplicates: 'remove' }, 'duplicates expected one of drop, keep, got "remove"'],
  [
    { missing: { pay: 'avg' } },
    'missing.pay expected an object { fill } with a string, or "drop", "empty", "error", "mean", "median", "mode", got "avg"',
  ],
  [{ missing: { pay: 'medin' } }, /got "medin"; did you mean "median"\?$/],
  [{ missing: { pay: { fil: '' } } }, /missing\.pay expected an object \{ fill \}/],
  [{ missing_values: ['NA'] }, 'expected known options, got missing_values; did you mean missingValues?'],
])('refuses what is no option: %j', (options, message) => {
  const clean = () => cleanTable([{ pay: '' }] as never, options as never);
  expect(clean).toThrow(message);
  expect(clean).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});
