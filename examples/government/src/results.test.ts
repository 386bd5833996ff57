import { describe, expect, it } from 'vitest';
import { averagedEmbeddings } from './models';
import type { LabelledRecord } from './records';
import { compareModels, csvOf, figuresOf, flaggedRecords, groupRows } from './results';

const record = (line: number, volume: number, group: string): LabelledRecord => ({
  ...{ line, volume, group, by: 'x', text: `State: ${group}.`, label: volume >= 5000 ? 'high' : 'low' },
});
const records = [record(2, 9000, 'Goa'), record(3, 10, 'Goa'), record(4, 7000, 'Bihar'), record(5, 20, 'Bihar')];
const rule = [1, 0, 1, 0];
const majority = [0.5, 0.5, 0.5, 0.5].map(() => 0.4);
const scores = { transformer: [0.9, 0.6, 0.2, 0.1], tfidf: majority, embeddings: rule, majority, rule };

describe('results', () => {
  it('give figures of "high"', () => {
    expect(figuresOf(records, scores.transformer)).toMatchObject({
      accuracy: 0.5,
      macroF1: 0.5,
      precision: 0.5,
      recall: 0.5,
    });
    // By falling score: right, wrong, right, wrong: (1/1 + 2/3) / 2.
    expect(figuresOf(records, scores.transformer).averagePrecision).toBeCloseTo(5 / 6, 12);
    expect(figuresOf(records, rule)).toMatchObject({ accuracy: 1, macroF1: 1, f1: 1, averagePrecision: 1, mcc: 1 });
    expect(figuresOf(records, majority)).toMatchObject({
      accuracy: 0.5,
      recall: 0,
      macroF1: 1 / 3,
      averagePrecision: 0.5,
    });
  });

  it('hold the transformer beside TF-IDF', () => {
    const { ahead, figures } = compareModels(records, scores);
    expect(ahead.difference).toBeCloseTo(0.5 - 1 / 3, 12);
    expect(figures.rule.accuracy).toBe(1);
  });

  it('list what is flagged, the surest first', () => {
    const flagged = flaggedRecords(records, scores);
    expect(flagged.map(({ line, score }) => [line, score])).toEqual([
      [2, 0.9],
      [3, 0.6],
    ]);
    expect(csvOf([{ line: 2, text: 'a, "b"' }])).toBe('line,text\n2,"a, ""b"""\n');
  });

  it('show one group, whatever its capitals', () => {
    expect(groupRows(records, scores, 'goa').map((cells) => cells.slice(0, 4))).toEqual([
      ['State: Goa.', '9000', 'high', '0.900'],
      ['State: Goa.', '10', 'low', '0.600'],
    ]);
  });
});

it('averages the embedding rows of a text', () => {
  const table = { data: Float32Array.from([0, 0, 1, 2, 3, 6]), shape: [3, 2], dtype: 'float32' };
  const prepared = {
    parameters: { 'distilbert.embeddings.word_embeddings.weight': table },
    model: { config: { hiddenSize: 2 } },
    tokenizer: { encodeBatch: () => ({ ids: Int32Array.from([1, 2, 2]), starts: Int32Array.from([0, 2, 3, 3]) }) },
  } as unknown as Parameters<typeof averagedEmbeddings>[0];
  expect([...averagedEmbeddings(prepared, ['a b', 'b', ''])]).toEqual([2, 4, 3, 6, 0, 0]);
});
