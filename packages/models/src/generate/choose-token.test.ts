import { keyOf } from '@attune/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseToken, repetitionPenalized, softmax, tempered, topKOnly, topPOnly } from './choose-token';

const plain = { doSample: true, temperature: 1, topP: 1, repetitionPenalty: 1 };
const logits = [1.2, -0.4, 2, 0.3, 2.1, -3];
const draws = 20_000;

/** How often each token is drawn. */
function shares(sampling: typeof plain & { topK?: number }, seen: number[] = []): number[] {
  const counts = logits.map(() => 0);
  for (let i = 0; i < draws; i++) counts[chooseToken(logits, { seen, key: keyOf(7, 0, i) }, sampling)]++;
  return counts.map((count) => count / draws);
}

const normalized = (weights: number[]) => weights.map((weight) => weight / weights.reduce((a, b) => a + b));
/** Within 0.01: three standard deviations of a share near a half. */
const near = (values: number[]) => values.map((value) => (value === 0 ? 0 : expect.closeTo(value, 1.7)));

it('draws by probability', () => {
  expect(shares(plain)).toEqual(near(normalized(logits.map(Math.exp))));
});

it('filters by repetition, then temperature, then top-k, then top-p', () => {
  // 2.1 / 1.5 = 1.4 and −0.4 · 1.5 = −0.6 were seen; over 0.5: 2.4, −1.2, 4, 0.6, 2.8, −6; the likeliest three: 4, 2.8, 2.4.
  const three = normalized([2.4, 4, 2.8].map(Math.exp)); // 0.134, 0.665, 0.2
  const sampling = { ...plain, temperature: 0.5, topK: 3, repetitionPenalty: 1.5 };
  expect(shares(sampling, [4, 1, 4])).toEqual(near([three[0], 0, three[1], 0, three[2], 0]));
  const two = normalized([three[1], three[2]]);
  expect(shares({ ...sampling, topP: 0.8 }, [4, 1, 4])).toEqual(near([0, 0, two[0], 0, two[1], 0]));
});

it('takes the likeliest where nothing is drawn, after the penalty, the first of several', () => {
  const greedy = { ...plain, doSample: false };
  expect(chooseToken(logits, { seen: [], key: 0 }, greedy)).toBe(4);
  expect(chooseToken(logits, { seen: [4], key: 0 }, { ...greedy, repetitionPenalty: 1.2 })).toBe(2);
  expect(chooseToken([0, 3, 3], { seen: [], key: 0 }, greedy)).toBe(1);
});

it('never draws a token that is out, whatever the number', () => {
  for (const key of [0, -1, 2 ** 31, 1])
    expect(chooseToken([-Infinity, 0, -Infinity], { seen: [], key }, plain)).toBe(1);
});

it('draws what may be drawn at temperatures and penalties that are as small or as large as numbers are', () => {
  const allowed = Uint8Array.of(0, 1, 1, 1, 0, 0);
  for (const temperature of [5e-324, 1e-300, 1, Number.MAX_VALUE])
    for (const repetitionPenalty of [5e-324, 1e-300, 1, 1e300, Number.MAX_VALUE])
      for (const seen of [[], [2], [0, 1, 2, 3, 4, 5]])
        for (let i = 0; i < 20; i++) {
          const sampling = { ...plain, temperature, repetitionPenalty, topK: 2 };
          expect([1, 2, 3]).toContain(chooseToken(logits, { seen, key: keyOf(7, i), allowed }, sampling));
        }
  // Near 0 it is the likeliest, and of several each.
  const coldest = { ...plain, temperature: 5e-324 };
  expect(chooseToken(logits, { seen: [], key: 0 }, coldest)).toBe(4);
  expect(chooseToken([-3, -1, -2], { seen: [], key: 0 }, coldest)).toBe(1);
  const drawn = Array.from({ length: 50 }, (_, i) => chooseToken([0, 3, 3], { seen: [], key: keyOf(7, i) }, coldest));
  expect([...new Set(drawn)].sort()).toEqual([1, 2]);
});

const of = (...values: number[]) => Float64Array.from(values);
const anyLogits = fc
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
      fc.property(anyLogits, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, p) => {
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
