import { describe, expect, it } from 'vitest';
import { tableRows, visibleText } from '../../test/sample';
import { type ComparisonData, renderComparison } from './comparison';

const record = (text: string, number: number, by: string) => ({
  ...{ text, number, by, label: number >= 5000 ? 'high' : 'low' },
});
const data: ComparisonData = {
  ...{ title: 'Cards', generatedAt: 'now', labels: ['low', 'high'], numberName: 'cards', by: 'region' },
  records: [record('Goa', 9000, 'West'), record('Bihar', 10, 'East'), record('Delhi', 7000, 'West')],
  models: [
    { name: 'transformer', scores: [0.6, 0.9, 0.2], curve: true },
    { name: 'the rule', scores: [1, 0, 1] },
  ],
  listed: { heading: 'Goa', isListed: ({ text }) => text === 'Goa' },
  cleaning: [{ step: 'duplicates: drop', count: 2 }],
};

describe('a page that compares models', () => {
  const page = renderComparison(data);

  it('has their metrics', () => {
    const [heads, ...rows] = tableRows(page, 'models');
    expect(heads.slice(0, 3)).toEqual(['model', 'accuracy', 'macro-F1']);
    expect(rows.map(([name, accuracy]) => [name, Number(accuracy)])).toEqual([
      ['transformer', expect.closeTo(1 / 3, 3)],
      ['the rule', 1],
    ]);
  });

  it('lists what the first model flags, the surest first, and what was asked for', () => {
    expect(
      tableRows(page, 'flagged')
        .slice(1)
        .map(([text]) => text),
    ).toEqual(['Bihar', 'Goa']);
    expect(tableRows(page, 'listed').slice(1)).toEqual([
      ['Goa', '9,000', 'high', expect.stringMatching(/^0?\.60*$/), expect.stringMatching(/^1/)],
    ]);
    expect(tableRows(page, 'cleaning').slice(1)).toEqual([['duplicates: drop', '2']]);
    expect(visibleText(page)).toContain('Models compared, now');
  });

  it('refuses a label that is none', () => {
    const records = [{ ...data.records[0], label: 'middling' }];
    expect(() => renderComparison({ ...data, records })).toThrow('expected a label of low or high, got "middling"');
    const [{ scores }] = data.models;
    expect(renderComparison({ ...data, models: [{ name: 'alone', scores }] })).toContain('alone');
    const five = Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, scores, curve: true }));
    expect(() => renderComparison({ ...data, models: five })).toThrow(
      'models[].curve expected at most 4 to be true, got 5',
    );
  });
});
