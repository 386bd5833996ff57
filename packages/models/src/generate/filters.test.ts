import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repetitionPenalized, softmax, tempered, topKOnly, topPOnly } from './choose-token';

const of = (...values: number[]) => Float64Array.from(values);
const logits = fc
  .array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((values) => of(...values));

/** Ids that are not out. */
const kept = (values: Float64Array) => [...values.keys()].filter((id) => values[id] !== -Infinity);
const likeliestFirst = (values: Float64Array) => [...values.keys()].sort((a, b) => values[b] - values[a]);

describe('filters of logits', () => {
  it('penalize what was there once, however often it was', () => {
    expect(repetitionPenalized(of(2, -2, 3, -3), [0, 1, 1, 0, 0], 1.5)).toEqual(of(2 / 1.5, -3, 3, -3));
  });

  it('divide by the temperature', () => {
    expect(tempered(of(1, -2), 0.5)).toEqual(of(2, -4));
  });

  it('keep the k likeliest, and what is as likely as the last of them', () => {
    expect(topKOnly(of(1, 4, 2, 3), 2)).toEqual(of(-Infinity, 4, -Infinity, 3));
    expect(topKOnly(of(1, 4, 3, 3), 2)).toEqual(of(-Infinity, 4, 3, 3));
    expect(topKOnly(of(1, 4), 5)).toEqual(of(1, 4));
  });

  it('keep the fewest that together have the probability p', () => {
    const halves = of(0.5, 0.15, 0.3, 0.05).map(Math.log);
    expect(kept(topPOnly(halves, 0.4))).toEqual([0]);
    expect(kept(topPOnly(halves, 0.6))).toEqual([0, 2]);
    expect(kept(topPOnly(halves, 0.9))).toEqual([0, 1, 2]);
    expect(topPOnly(halves, 1)).toEqual(halves);
  });

  it('keep of any logits what the definition says', () => {
    fc.assert(
      fc.property(logits, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, p) => {
        const [order, probabilities] = [likeliestFirst(values), softmax(values)];
        const chosen = new Set(kept(topPOnly(values, p)));
        const sum = order.filter((id) => chosen.has(id)).reduce((total, id) => total + probabilities[id], 0);
        const least = Math.min(...[...chosen].map((id) => probabilities[id]));
        expect(sum).toBeGreaterThan(p - 1e-9);
        expect(chosen.size === 1 || sum - least < p + 1e-9).toBe(true);
        for (const id of order) if (probabilities[id] > least) expect(chosen.has(id)).toBe(true);
      }),
    );
  });

  it('give probabilities, of large logits too', () => {
    const [first, second] = softmax(of(1000, 1000 + Math.log(3), -Infinity));
    expect([first, second]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
  });
});
