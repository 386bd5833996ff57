import type { Table } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { cleanedRow, cleanedTable, distinctRows, labeledTable } from './cleaning';

const tableOf = (rows: readonly Readonly<Record<string, string>>[]): Table => ({
  ...{ where: 'jobs.csv', columns: Object.keys(rows[0]), warnings: [] },
  rows: rows.map((fields, i) => ({ line: i + 2, fields })),
});

function noted<T>(work: (onNote: (note: string) => void) => T): { value: T; notes: string[] } {
  const notes: string[] = [];
  return { value: work((note) => notes.push(note)), notes };
}

describe('cleanedTable', () => {
  const table = tableOf([
    { text: '<p>Cook &amp;\n baker</p>', label: '<b>' },
    { text: 'Welder', label: 'b  c' },
  ]);

  it('cleans the columns of texts alone, and counts', () => {
    const clean = ['html', 'whitespace'] as const;
    const { value, notes } = noted((onNote) => cleanedTable(table, { columns: ['text'], clean }, onNote));
    expect(value.rows.map(({ fields }) => fields)).toEqual([
      { text: 'Cook & baker', label: '<b>' },
      { text: 'Welder', label: 'b  c' },
    ]);
    expect(notes).toEqual(['jobs.csv: HTML removed in 1 field, white space normalized in 1 field']);
  });

  it('leaves texts alone unless told, and does to a row what it does to a table', () => {
    expect(cleanedTable(table, { columns: ['text'] })).toBe(table);
    const clean = ['html'] as const;
    const rows = cleanedTable(table, { columns: ['text'], clean }).rows;
    expect(table.rows.map((row) => cleanedRow(row, { columns: ['text'], clean }))).toEqual(rows);
    const lacking = { line: 1, fields: { label: 'a' } };
    expect(cleanedRow(lacking, { columns: ['text'], clean })).toEqual(lacking);
  });
});

describe('labeledTable', () => {
  const labels = ['a', '', ' \u00a0', '\u200b', '[]', 'NaN', 'None'];
  const table = tableOf(labels.map((label) => ({ text: 'x', label })));
  const kept = (areNumbers: boolean) => {
    const { value, notes } = noted((onNote) => labeledTable(table, { columns: ['label'], areNumbers }, onNote));
    return { labels: value.rows.map(({ fields }) => fields.label), notes };
  };

  it('skips rows without a label, with a count and lines; of numbers also the words for a missing one', () => {
    expect(kept(false)).toEqual({
      labels: ['a', 'NaN', 'None'],
      notes: ['jobs.csv: 4 rows without a label skipped (lines 3, 4, 5, 6)'],
    });
    expect(kept(true).labels).toEqual(['a']);
    expect(kept(true).notes).toEqual(['jobs.csv: 6 rows without a label skipped (lines 3, 4, 5, 6, 7, …)']);
  });

  it('skips nothing where all rows have one, and refuses a column without any', () => {
    const all = tableOf([{ text: 'x', label: 'a' }]);
    expect(noted((onNote) => labeledTable(all, { columns: ['label'] }, onNote))).toEqual({ value: all, notes: [] });
    const none = tableOf([{ text: 'x', label: ' ' }]);
    expect(() => labeledTable(none, { columns: ['label'] }, () => {})).toThrow(
      'jobs.csv: expected labels in "label", got 1 row without one; check --label',
    );
  });
});

describe('distinctRows', () => {
  it('keeps the first of rows equal in text, but for case and white space, and in label', () => {
    const texts = ['Cook', 'welder', ' cook ', 'COOK', 'cook'];
    const labels = ['a', 'a', 'a', 'b', 'a'];
    const { value, notes } = noted((onNote) => distinctRows(texts, { where: 'jobs.csv', labels, onNote }));
    expect(value).toEqual([0, 1, 3]);
    expect(notes).toEqual(['jobs.csv: 2 duplicate rows dropped, equal to an earlier one in text and label']);
  });
});
