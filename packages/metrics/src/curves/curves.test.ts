import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaUnderCurve,
  averagePrecision,
  multiClassAveragePrecision,
  multiClassRocAuc,
  multiLabelAveragePrecision,
  multiLabelRocAuc,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
} from '..';

/** Truths with often tied scores, of both classes. */
const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -3, max: 3 })), { minLength: 2, maxLength: 30 })
  .map((pairs) => ({ y: [0, 1, ...pairs.map(([y]) => y)], s: [1, 0, ...pairs.map(([, s]) => s)] }));

/** How often a positive beats a negative, over all pairs. */
function shareOfPairsWon(y: number[], s: number[]): number {
  const of = (label: number) => s.filter((_, i) => y[i] === label);
  const wins = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

describe('the ROC curve', () => {
  it('has the share of pairs won as its area', () => {
    fc.assert(
      fc.property(scored, ({ y, s }) => {
        expect(rocAuc(y, s)).toBeCloseTo(shareOfPairsWon(y, s), 12);
      }),
    );
  });

  it('rises from (0, 0) to (1, 1), with the same area without its straight points', () => {
    fc.assert(
      fc.property(scored, ({ y, s }) => {
        const { falsePositiveRate: x, truePositiveRate: t } = rocCurve(y, s, { dropIntermediate: false });
        expect([x[0], t[0], x.at(-1), t.at(-1)]).toEqual([0, 0, 1, 1]);
        expect(t.every((rate, i) => i === 0 || rate >= t[i - 1])).toBe(true);
        expect(areaUnderCurve(x, t)).toBeCloseTo(rocAuc(y, s), 12);
      }),
    );
  });

  it('does not depend on the order of examples, and turns with the scores', () => {
    fc.assert(
      fc.property(scored, ({ y, s }) => {
        expect(rocAuc([...y].reverse(), [...s].reverse())).toBe(rocAuc(y, s));
        expect(averagePrecision([...y].reverse(), [...s].reverse())).toBe(averagePrecision(y, s));
        expect(
          rocAuc(
            y,
            s.map((score) => -score),
          ),
        ).toBeCloseTo(1 - rocAuc(y, s), 12);
      }),
    );
  });

  it('counts an example of weight 2 as two', () => {
    fc.assert(
      fc.property(scored, ({ y, s }) => {
        const weights = y.map((_, i) => (i + 1) % 3);
        const repeat = (values: number[]) => values.flatMap((value, i) => new Array<number>(weights[i]).fill(value));
        expect(averagePrecision(y, s, { weights })).toBeCloseTo(averagePrecision(repeat(y), repeat(s)), 12);
        expect(rocAuc(y, s, { weights })).toBeCloseTo(rocAuc(repeat(y), repeat(s)), 12);
      }),
    );
  });

  it('has no area with one class, and half with one score', () => {
    expect(rocAuc([1, 1], [0.2, 0.3])).toBeNaN();
    expect(rocAuc([0], [0.2])).toBeNaN();
    expect(rocCurve([0, 0], [1, 2]).truePositiveRate).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(rocAuc([0, 1, 0], [5, 5, 5])).toBe(0.5);
    expect(
      multiClassRocAuc(
        [1, 1],
        [
          [0.1, 0.9],
          [0.2, 0.8],
        ],
        { strategy: 'one-vs-one' },
      ),
    ).toBeNaN();
    expect(multiLabelRocAuc([[0, 0]], [[1, 2]], { average: 'weighted' })).toBe(0);
  });
});

describe('precision and recall', () => {
  it('end at (1, 0) and stay in [0, 1], with average precision as the area of their steps', () => {
    fc.assert(
      fc.property(scored, ({ y, s }) => {
        const { precision, recall, thresholds } = precisionRecallCurve(y, s);
        expect([precision.at(-1), recall.at(-1), recall[0]]).toEqual([1, 0, 1]);
        expect([...precision, ...recall].every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(thresholds).toEqual([...new Set(s)].sort((a, b) => a - b));
        const steps = thresholds.map((_, i) => (recall[i] - recall[i + 1]) * precision[i]);
        expect(averagePrecision(y, s)).toBeCloseTo(
          steps.reduce((sum, step) => sum + step, 0),
          12,
        );
      }),
    );
  });
});

describe('what curves refuse', () => {
  it('names the place of what is wrong', () => {
    expect(() => rocAuc([0, 1], [0.1, Number.NaN])).toThrow('expected finite numbers, got NaN in scores[1]');
    expect(() => rocCurve([], [])).toThrow('expected at least one example');
    expect(() => averagePrecision([0, 2], [0.1, 0.2])).toThrow('expected 0 or 1, got 2 in yTrue[1]');
    expect(() => rocAuc([0, 1], [1, 2], { weights: [1] })).toThrow('expected 2 weights');
    expect(() => rocAuc([0, 1], [1, 2], { weights: [0, 0] })).toThrow('expected a weight above 0');
    expect(() => rocAuc([0, 1], [1, 2], { maxFalsePositiveRate: 0 })).toThrow(RangeError);
    expect(() => multiClassRocAuc([3], [[0.5, 0.5]])).toThrow('expected a class id from 0 to 1');
    expect(() => multiClassRocAuc([0], [[0.5, 0.5]], { strategy: 'one-vs-one', average: 'micro' })).toThrow(
      'one-vs-rest',
    );
    expect(() => multiLabelRocAuc([[0, 1]], [[0.5]])).toThrow('expected 2 scores per row');
    expect(() => areaUnderCurve([0, 1, 0.5], [0, 1, 1])).toThrow('sort the points');
  });

  it('takes a falling x from the right', () => {
    expect(areaUnderCurve([1, 0.5, 0], [1, 1, 0])).toBe(0.75);
  });
});

describe('options', () => {
  const rows = [
    [0.8, 0.1, 0.1],
    [0.2, 0.5, 0.3],
    [0.3, 0.3, 0.4],
    [0.5, 0.05, 0.45],
  ];
  const ids = [0, 1, 2, 1];
  const untyped = (options: object) => options as never;

  it.each([
    [{ strategy: 'ovr' }, 'strategy expected one of one-vs-rest, one-vs-one, got "ovr"; did you mean "one-vs-rest"?'],
    [{ strategy: 'ovo' }, 'strategy expected one of one-vs-rest, one-vs-one, got "ovo"; did you mean "one-vs-one"?'],
    [
      { strategy: 'one_vs_one' },
      'strategy expected one of one-vs-rest, one-vs-one, got "one_vs_one"; did you mean "one-vs-one"?',
    ],
    [{ average: 'samples' }, 'average expected one of macro, weighted, micro, got "samples"'],
    [{ average: 'Macro' }, 'average expected one of macro, weighted, micro, got "Macro"; did you mean "macro"?'],
    [{ multi_class: 'ovr' }, 'expected known options, got multi_class; the options are weights, average, strategy'],
    [{ weights: 2 }, 'weights expected an array, got 2'],
  ])('of multiClassRocAuc are checked: %j', (options, message) => {
    expect(() => multiClassRocAuc(ids, rows, untyped(options))).toThrow(`multiClassRocAuc: ${message}`);
  });

  it('of the other ranking metrics are checked', () => {
    const [y, s] = [
      [0, 1],
      [0.1, 0.9],
    ];
    const indicators = [
      [1, 0],
      [0, 1],
    ];
    for (const [name, metric] of Object.entries({ multiLabelRocAuc, multiLabelAveragePrecision }))
      expect(() => metric(indicators, indicators, untyped({ average: 'samples' }))).toThrow(
        `${name}: average expected one of macro, weighted, micro, got "samples"`,
      );
    expect(() => multiClassAveragePrecision(ids, rows, untyped({ average: 'samples' }))).toThrow(
      'multiClassAveragePrecision: average expected one of macro, weighted, micro, got "samples"',
    );
    expect(() => rocAuc(y, s, untyped({ maxFpr: 0.1 }))).toThrow(
      'rocAuc: expected known options, got maxFpr; the options are weights, maxFalsePositiveRate',
    );
    expect(() => rocCurve(y, s, untyped({ drop_intermediate: false }))).toThrow(
      'rocCurve: expected known options, got drop_intermediate; did you mean dropIntermediate?',
    );
    expect(() => precisionRecallCurve(y, s, untyped({ dropIntermediate: 'yes' }))).toThrow(
      'precisionRecallCurve: dropIntermediate expected true or false, got "yes"',
    );
    expect(() => averagePrecision(y, s, untyped({ weight: [1, 2] }))).toThrow(
      'averagePrecision: expected known options, got weight; did you mean weights?',
    );
  });

  it('of one against the rest and one against one give other areas', () => {
    const area = (strategy: 'one-vs-rest' | 'one-vs-one') => multiClassRocAuc(ids, rows, { strategy });
    expect(area('one-vs-rest')).toBeCloseTo((1 + 1 / 2 + 2 / 3) / 3, 12);
    expect(area('one-vs-one')).toBeCloseTo((3 / 4 + 1 + 1 / 2) / 3, 12);
    expect(multiClassRocAuc(ids, rows)).toBe(area('one-vs-rest'));
  });
});
