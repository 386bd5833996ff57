import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierScore, logLoss, perplexity } from './index';

describe('logLoss and brierScore', () => {
  it('take two classes as a column or as two', () => {
    const example = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(example, { minLength: 1 }), (examples) => {
        const y = examples.map(([truth]) => truth);
        const p = examples.map(([, probability]) => probability);
        const rows = p.map((probability) => [1 - probability, probability]);
        expect(logLoss(y, rows)).toBeCloseTo(logLoss(y, p), 10);
        expect(brierScore(y, rows)).toBeCloseTo(brierScore(y, p), 12);
      }),
    );
  });

  it('keep a certain mistake finite, by the kind of float', () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(2 ** -52), 12);
    expect(logLoss([1], new Float32Array([0]))).toBeCloseTo(-Math.log(2 ** -23), 12);
    expect(logLoss([0, 1], [new Float32Array([1, 0]), new Float32Array([0, 1])])).toBeCloseTo(2 ** -23, 12);
  });

  it('leave out examples of weight 0', () => {
    expect(logLoss([1, 0], [0.5, 1], { weights: [2, 0] })).toBeCloseTo(Math.LN2, 12);
    expect(brierScore([1, 0], [0.5, 1], { weights: [2, 0] })).toBe(0.25);
  });

  it('refuse what is no probability or no class', () => {
    expect(() => logLoss([1], [Number.NaN])).toThrow('expected probabilities from 0 to 1, got NaN in probabilities[0]');
    expect(() => logLoss([2], [[0.5, 0.5]])).toThrow('expected a class id from 0 to 1');
    expect(() => brierScore([0.5], [0.5])).toThrow('expected 0 or 1');
    expect(() => brierScore([0, 1], [[0.5, 0.5], [1]])).toThrow('expected 2 numbers in probabilities[1]');
    expect(() => logLoss([], [])).toThrow('expected at least one example');
  });
});

it('of options that they do not have are refused', () => {
  expect(() => logLoss([1], [0.5], { sample_weights: [1] } as never)).toThrow(
    'logLoss: expected known options, got sample_weights; did you mean weights?',
  );
  expect(() => brierScore([1], [0.5], { scale_by_half: 'auto' } as never)).toThrow(
    'brierScore: expected known options, got scale_by_half; did you mean scaleByHalf?',
  );
});

describe('perplexity', () => {
  it('weighs batches by their tokens', () => {
    expect(perplexity([Math.log(2), Math.log(8)], [3, 1])).toBeCloseTo(2 ** 1.5, 12);
    expect(perplexity([Math.log(7), Math.log(7)])).toBeCloseTo(7, 12);
    expect(perplexity([1, Number.POSITIVE_INFINITY], [1, 0])).toBeCloseTo(Math.E, 12);
    expect(perplexity([1, Number.POSITIVE_INFINITY], [1, 1])).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses nothing, NaN and counts that do not fit', () => {
    expect(() => perplexity([])).toThrow('expected at least one loss');
    expect(() => perplexity([Number.NaN])).toThrow('got NaN in losses[0]');
    expect(() => perplexity([1], [1, 2])).toThrow('expected 1 weights');
    expect(() => perplexity([1], [0])).toThrow('expected a weight above 0');
  });
});
