import { describe, expect, it } from 'vitest';
import { failure } from '../test/failure';
import { parseCsv } from './readers/csv';
import { column, field, requireColumn } from './table';

const table = parseCsv('title,description\nWelder,Joins pipes\nCook,\n', { where: 'jobs.csv' });

describe('column', () => {
  it('gives the values in order', () => {
    expect(column(table, 'description')).toEqual(['Joins pipes', '']);
  });

  it('names file, line, columns and the nearest name when it is missing', () => {
    expect(failure(() => column(table, 'descripton'))).toMatchObject({
      name: 'AttuneError',
      code: 'DATA_COLUMN_MISSING',
      message:
        'jobs.csv line 1: expected a column "descripton", got "title", "description"; did you mean "description"?',
    });
  });

  it('suspects the separator when the header is one column', () => {
    const semicolons = parseCsv('title;label\na;b\n', { where: 'x.tsv', delimiter: '\t' });
    expect(() => column(semicolons, 'label')).toThrow('read the file as csv');
  });

  it('says how standard input is read, and what to do about a first line that is a row', () => {
    const missing = (header: Parameters<typeof requireColumn>[0]) =>
      String(failure(() => requireColumn(header, 'label')));
    expect(missing({ where: 'standard input', columns: ['text'] })).toMatch(
      /read as plain lines: pass --format csv or --format jsonl for a table$/,
    );
    expect(missing({ where: 'a.csv', headerLine: 1, columns: ['a film to see again and again', '1'] })).toMatch(
      /; name one of these, or if that line is a row, add a line with the columns' names before it$/,
    );
  });

  it('keeps the message short when the header is not one', () => {
    const columns = Array.from({ length: 5000 }, (_, i) => 'x'.repeat(100) + i);
    const error = failure(() => requireColumn({ where: 'x', columns }, 'label'));
    expect(String(error).length).toBeLessThan(1500);
    expect(String(error)).toContain('and 4988 more');
  });
});

describe('field', () => {
  it('is empty where a row lacks the column, whatever objects inherit', () => {
    expect(field({ fields: { text: 'a' } }, 'constructor')).toBe('');
  });
});
