import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy } from './agreement';
import {
  balancedAccuracy,
  cohenKappa,
  confusionMatrix,
  confusions,
  hammingLoss,
  isAttuneError,
  jaccard,
  matthewsCorrelation,
  precisionRecallF1,
  topKAccuracy,
} from './index';

describe('accuracy', () => {
  it('is the share of equal labels', () => {
    expect(accuracy(['a', 'b', 'b'], ['a', 'b', 'a'])).toBe(2 / 3);
    expect(accuracy(new Int32Array([1, 2]), new Int32Array([1, 2]))).toBe(1);
  });

  it('names both lengths when they differ', () => {
    expect(() => accuracy<number | string>([0, 1], ['0', '1'])).toThrow(
      'labels: expected all strings or all numbers, got number and string; convert ids to names, or names to ids, on both sides',
    );
    expect(() => accuracy(['a', undefined] as never, ['a', 'b'])).toThrow(TypeError);
    expect(() => accuracy('ab' as never, 'ab' as never)).toThrow('accuracy: yTrue expected an array, got "ab"');
    expect(() => accuracy(['a'], Promise.resolve(['a']) as never)).toThrow('got a promise; await it');
    expect(() => accuracy([1, 2, 3], [1, 2])).toThrow(
      new RangeError(
        'accuracy: expected yTrue and yPred of equal length, got 3 and 2; pass one prediction per example',
      ),
    );
  });

  it('refuses to score nothing', () => {
    expect(() => accuracy([], [])).toThrow('expected at least one example, got none');
  });
});

const labeled = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), { minLength: 1 });

describe('measures of agreement', () => {
  it('are bounded, and do not depend on the order of examples', () => {
    fc.assert(
      fc.property(labeled, (pairs) => {
        const scoresOf = (all: typeof pairs) => {
          const y = all.map(([truth]) => truth);
          const p = all.map(([, prediction]) => prediction);
          return [
            matthewsCorrelation(y, p),
            cohenKappa(y, p),
            balancedAccuracy(y, p),
            hammingLoss(y, p),
            jaccard(y, p).macro,
          ];
        };
        const scores = scoresOf(pairs);
        expect(scoresOf([...pairs].reverse())).toEqual(scores);
        expect(scores.every((score) => Number.isNaN(score) || Math.abs(score) <= 1 + 1e-12)).toBe(true);
      }),
    );
  });

  it('are the same for both raters where the measure is', () => {
    fc.assert(
      fc.property(labeled, (pairs) => {
        const y = pairs.map(([truth]) => truth);
        const p = pairs.map(([, prediction]) => prediction);
        expect(matthewsCorrelation(p, y)).toBeCloseTo(matthewsCorrelation(y, p), 12);
        const kappa = cohenKappa(y, p, { weighting: 'quadratic' });
        if (!Number.isNaN(kappa)) expect(cohenKappa(p, y, { weighting: 'quadratic' })).toBeCloseTo(kappa, 12);
        expect(jaccard(p, y).micro).toBeCloseTo(jaccard(y, p).micro, 12);
      }),
    );
  });

  it('have the values documented for one class', () => {
    expect(matthewsCorrelation(['a'], ['a'])).toBe(0);
    expect(cohenKappa(['a'], ['a'])).toBeNaN();
    expect(balancedAccuracy(['a'], ['b'], { adjusted: true })).toBe(Number.NEGATIVE_INFINITY);
  });

  it('weigh by the order of the labels', () => {
    const y = ['low', 'mid', 'high'];
    const p = ['low', 'high', 'high'];
    const kappa = (labels: string[]) => cohenKappa(y, p, { labels, weighting: 'linear' });
    expect(kappa(['low', 'mid', 'high'])).not.toBe(kappa(['mid', 'low', 'high']));
    expect(kappa(['low', 'mid', 'high'])).toBeCloseTo(1 - 1 / 3, 12);
  });

  it('count the later of tied classes as higher', () => {
    expect(
      topKAccuracy(
        [0, 1],
        [
          [1, 1],
          [1, 1],
        ],
        1,
      ),
    ).toBe(0.5);
    expect(
      topKAccuracy(
        [0, 1],
        [
          [1, 1],
          [1, 1],
        ],
        2,
      ),
    ).toBe(1);
    expect(() => topKAccuracy([0], [[1, 1]], 0)).toThrow('k expected an integer ≥ 1, got 0');
    expect(() => topKAccuracy([0], [[1, Number.NaN]], 1)).toThrow('got NaN in scores[0][1]');
  });

  it('refuse nothing and unequal lengths', () => {
    for (const measure of [matthewsCorrelation, cohenKappa, balancedAccuracy, hammingLoss, jaccard]) {
      expect(() => measure([], [])).toThrow('expected at least one example');
      expect(() => measure([1], [1, 2])).toThrow('got 1 and 2');
    }
  });
});

describe('zeroDivision', () => {
  const report = (zeroDivision: number) => precisionRecallF1(['a', 'b'], ['a', 'a'], { zeroDivision });

  it('is what a class that is never predicted has for its precision', () => {
    expect([0, 1].map((value) => report(value).perClass.b.precision)).toEqual([0, 1]);
    expect(report(1).macro.precision).toBe(0.75);
    expect(report(Number.NaN).macro.precision).toBe(0.5); // of a alone
    expect(() => report(0.5)).toThrow('precisionRecallF1: zeroDivision expected 0, 1 or NaN, got 0.5');
  });
});

describe('options', () => {
  const [y, p] = [
    ['a', 'b', 'b'],
    ['a', 'b', 'a'],
  ];
  const untyped = (options: object) => options as never;

  it.each([
    [
      () => precisionRecallF1(y, p, untyped({ zero_division: 1 })),
      'precisionRecallF1: expected known options, got zero_division; did you mean zeroDivision?',
    ],
    [
      () => precisionRecallF1(y, p, untyped({ zeroDivision: 'warn' })),
      'precisionRecallF1: zeroDivision expected 0, 1 or NaN, got "warn"',
    ],
    [
      () => cohenKappa(y, p, untyped({ weighting: 'Quadratic' })),
      'cohenKappa: weighting expected one of none, linear, quadratic, got "Quadratic"; did you mean "quadratic"?',
    ],
    [
      () => cohenKappa(y, p, untyped({ weights: 'quadratic' })),
      'cohenKappa: expected known options, got weights; the options are labels, weighting',
    ],
    [
      () => balancedAccuracy(y, p, untyped({ ajusted: true })),
      'balancedAccuracy: expected known options, got ajusted; did you mean adjusted?',
    ],
    [
      () => balancedAccuracy(y, p, untyped({ adjusted: 'true' })),
      'balancedAccuracy: adjusted expected true or false, got "true"; write it without quotes: true',
    ],
    [
      () => confusionMatrix(y, p, untyped({ label: ['a'] })),
      'confusionMatrix: expected known options, got label; did you mean labels?',
    ],
    [() => confusionMatrix(y, p, untyped(['a', 'b'])), 'confusionMatrix: options expected an object, got an array'],
    [() => confusions(y, p, untyped({ labels: 'ab' })), 'confusions: labels expected an array, got "ab"'],
    [
      () => jaccard(y, p, untyped({ zeroDivision: 1 })),
      'jaccard: expected known options, got zeroDivision; the options are labels',
    ],
  ])('that a metric does not have are refused: %s', (call, message) => {
    const refusal = thrownBy(call);
    expect(isAttuneError(refusal, 'ARGUMENT_INVALID')).toBe(true);
    expect((refusal as Error).message).toBe(message);
  });

  it('that are undefined are those of no options', () => {
    const none = { labels: undefined, weighting: undefined };
    expect(cohenKappa(y, p, none)).toBeCloseTo(0.4, 12);
    expect(cohenKappa(y, p, { weighting: 'quadratic' })).toBeCloseTo(0.4, 12);
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
