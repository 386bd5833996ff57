import type { ThresholdRecord } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { flaggedRecords, resultsOf, tables } from './results';

const record = (line: number, number: number, group: string): ThresholdRecord => ({
  ...{ line, number, group, by: 'x', text: `State: ${group}.`, label: number >= 5000 ? 'high' : 'low' },
});
const records = [record(2, 9000, 'Goa'), record(3, 10, 'Goa'), record(4, 7000, 'Bihar'), record(5, 20, 'Bihar')];
const [rule, majority] = [
  [1, 0, 1, 0],
  [0.4, 0.4, 0.4, 0.4],
];
const scores = { transformer: [0.9, 0.6, 0.2, 0.1], tfidf: majority, embeddings: rule, majority, rule };

describe('results', () => {
  it('hold the transformer beside TF-IDF, and the rule beside all', () => {
    const { ahead, figures } = resultsOf(records, scores);
    expect(ahead.difference).toBeCloseTo(0.5 - 1 / 3, 12);
    expect(figures.rule).toMatchObject({ accuracy: 1, macroF1: 1 });
    expect(figures.transformer).toMatchObject({ accuracy: 0.5, recall: 0.5 });
  });

  it('list what is flagged, the surest first', () => {
    const flagged = flaggedRecords(records, scores);
    expect(flagged.map(({ line, score, number }) => [line, score, number])).toEqual([
      [2, 0.9, 9000],
      [3, 0.6, 10],
    ]);
  });

  it('show one state, whatever its capitals', () => {
    const shown = { results: resultsOf(records, scores), settings: { state: 'goa', volume: 'cards' } };
    const rows = tables(records, scores, shown).split('\n').slice(-2);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
      ['State: Goa.', '9000', '0.900'],
      ['State: Goa.', '10', '0.600'],
    ]);
  });
});
