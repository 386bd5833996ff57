import { describe, expect, it } from 'vitest';
import { inBatches } from './batches';
import { predictionLine } from './prediction-line';

describe('predictionLine', () => {
  it('is one JSON object, numbers to six digits', () => {
    const line = predictionLine(
      { label: 'a', score: Math.fround(0.9), scores: { a: Math.fround(0.9), b: 1.23456789e-7 } },
      'run',
    );
    expect(line).toBe('{"label":"a","score":0.9,"scores":{"a":0.9,"b":1.23457e-7}}\n');
  });

  it('keeps labels that objects treat as special', () => {
    const scores = Object.fromEntries([
      ['__proto__', 0.25],
      ['constructor', 0.75],
    ]);
    const line = predictionLine({ label: 'constructor', score: 0.75, scores }, 'run');
    expect(line).toBe('{"label":"constructor","score":0.75,"scores":{"__proto__":0.25,"constructor":0.75}}\n');
  });

  it('has the labels of several, and the value of a regression', () => {
    const several = { labels: ['a'], scores: { a: Math.fround(0.9), b: 1.23456789e-7 } };
    expect(predictionLine(several, 'run')).toBe('{"labels":["a"],"scores":{"a":0.9,"b":1.23457e-7}}\n');
    expect(predictionLine({ value: 1234.56789 }, 'run')).toBe('{"value":1234.57}\n');
    expect(() => predictionLine({ value: Number.POSITIVE_INFINITY }, 'run')).toThrow('got Infinity');
  });

  it('refuses a score that is no number', () => {
    expect(() => predictionLine({ label: 'a', score: Number.NaN, scores: { a: Number.NaN } }, 'run')).toThrow(
      'run: expected finite scores, got NaN',
    );
  });
});

describe('inBatches', () => {
  it.each([
    [0, []],
    [2, [[0, 1]]],
    [
      5,
      [
        [0, 1, 2],
        [3, 4],
      ],
    ],
    [
      6,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
  ])('divides %i items', async (count, expected) => {
    async function* items() {
      for (let i = 0; i < count; i++) yield i;
    }
    const batches: number[][] = [];
    for await (const batch of inBatches(items(), { size: 3 })) batches.push(batch);
    expect(batches).toEqual(expected);
  });

  it('ends an array that weighs enough, however few its items', async () => {
    async function* items() {
      yield* [1, 9, 30, 2, 2, 2, 2];
    }
    const batches: number[][] = [];
    for await (const batch of inBatches(items(), { size: 3, weightOf: (item) => item, weight: 10 }))
      batches.push(batch);
    expect(batches).toEqual([[1, 9], [30], [2, 2, 2], [2]]);
  });
});
