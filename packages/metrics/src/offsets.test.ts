import { describe, expect, it } from 'vitest';
import { bestOffsets, fitTemperature, offsetSearch, temperatureSearch } from './index';

/** Scores that count how often they are read. */
function countedRows(examples: number, classes: number) {
  const counts = { reads: 0 };
  const rows = Array.from({ length: examples }, (_, i) => {
    const row = Array.from({ length: classes }, (_, id) => ((i * 7919 + id * 104729) % 1009) / 1009);
    return new Proxy(row, {
      get(target, name) {
        counts.reads++;
        return target[name as unknown as number];
      },
    });
  });
  return { rows, yTrue: rows.map((_, i) => (i * i) % classes), counts };
}

function stepsOf<T>(search: Iterator<undefined, T, undefined>): { steps: number; value: T } {
  for (let steps = 0; ; steps++) {
    const { done, value } = search.next();
    if (done) return { steps, value };
  }
}

describe('searches in steps', () => {
  it('find what the functions find, with a step per class and round', () => {
    const { rows, yTrue } = countedRows(30, 5);
    const { steps, value } = stepsOf(offsetSearch(yTrue, rows));
    expect(value).toEqual(bestOffsets(yTrue, rows));
    expect(value.score).toBeGreaterThan(value.scoreBefore);
    expect(steps % 5).toBe(0);
    expect(stepsOf(offsetSearch(yTrue, rows, { rounds: 1 })).steps).toBe(5);
    expect(stepsOf(temperatureSearch(rows, yTrue)).value).toEqual(fitTemperature(rows, yTrue));
    expect(stepsOf(temperatureSearch(rows, yTrue)).steps).toBe(100);
  });

  it.each([50, 100, 200, 400])('look at each score a few times in a round, however many the classes: %i', (classes) => {
    const { rows, yTrue, counts } = countedRows(60, classes);
    bestOffsets(yTrue, rows, { rounds: 1 });
    expect(counts.reads / (60 * classes)).toBeLessThan(30);
  });
});
