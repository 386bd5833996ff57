import { classificationReport, multiLabelReport, rootMeanSquaredError } from '@attune/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classStatistics,
  differencesOf,
  entityStatistics,
  errorStatistics,
  intervalsOf,
  setStatistics,
  shownBy,
} from './intervals';

const all = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);
const ids = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 30 });

describe('the statistics that are drawn', () => {
  it('of classes are those of the report of the drawn texts', () => {
    fc.assert(
      fc.property(ids, fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 }), (pairs, draws) => {
        const [yTrue, yPred] = [pairs.map(([truth]) => truth), pairs.map(([, predicted]) => predicted)];
        const drawn = Uint32Array.from(draws, (draw) => draw % pairs.length);
        const pick = (values: readonly number[]) => Array.from(drawn, (i) => values[i]);
        const report = classificationReport(pick(yTrue), pick(yPred));
        const { accuracy, macroF1 } = classStatistics({ yTrue, yPred }, 5);
        expect(accuracy(drawn)).toBeCloseTo(report.accuracy, 12);
        expect(macroF1(drawn)).toBeCloseTo(report.macro.f1, 12);
      }),
    );
  });

  it('of sets of labels are those of the report', () => {
    const sets = fc.array(fc.tuple(fc.subarray([0, 1, 2, 3]), fc.subarray([0, 1, 2, 3])), {
      minLength: 1,
      maxLength: 20,
    });
    const rows = (own: readonly number[]) => [0, 1, 2, 3].map((id) => Number(own.includes(id)));
    fc.assert(
      fc.property(sets, (pairs) => {
        const [yTrue, yPred] = [pairs.map(([truth]) => truth), pairs.map(([, predicted]) => predicted)];
        const { subsetAccuracy, micro, macro } = multiLabelReport(yTrue.map(rows), yPred.map(rows), {});
        const { accuracy, microF1, macroF1 } = setStatistics({ yTrue, yPred }, 4);
        const drawn = all(pairs.length);
        expect([accuracy(drawn), microF1(drawn), macroF1(drawn)].map((value) => value.toFixed(12))).toEqual(
          [subsetAccuracy, micro.f1, macro.f1].map((value) => value.toFixed(12)),
        );
      }),
    );
  });

  it('of numbers and of entities are the metrics', () => {
    const numbers = { yTrue: [1, 2, 3], yPred: [1, 4, 2] };
    const { mae, rmse } = errorStatistics(numbers);
    expect(mae(all(3))).toBeCloseTo(1, 12);
    expect(rmse(all(3))).toBeCloseTo(rootMeanSquaredError(numbers.yTrue, numbers.yPred), 12);
    const { f1 } = entityStatistics([
      { found: 1, truth: 2, predicted: 1 },
      { found: 0, truth: 1, predicted: 2 },
    ]);
    expect(f1(all(2))).toBeCloseTo(2 / 6, 12);
    expect(f1(Uint32Array.of())).toBe(0);
  });
});

describe('intervals', () => {
  it('hold their estimate, and are the same every time', () => {
    const yTrue = Array.from({ length: 90 }, (_, i) => i % 30);
    const yPred = yTrue.map((id, i) => (i % 4 === 0 ? (id + 1) % 30 : id));
    const of = () => intervalsOf(90, classStatistics({ yTrue, yPred }, 30));
    expect(of()).toEqual(of());
    for (const { estimate, low, high } of Object.values(of())) {
      expect(low).toBeLessThanOrEqual(estimate);
      expect(high).toBeGreaterThanOrEqual(estimate);
    }
  });

  it('tell a difference from none', () => {
    const yTrue = Array.from({ length: 200 }, (_, i) => i % 2);
    const wrongAt = (every: number) => yTrue.map((id, i) => (i % every === 0 ? 1 - id : id));
    const statistics = (yPred: readonly number[]) => classStatistics({ yTrue, yPred }, 2);
    const { accuracy } = differencesOf(200, statistics(wrongAt(20)), statistics(wrongAt(3)));
    expect([accuracy.estimate.toFixed(3), shownBy(accuracy)]).toEqual(['0.285', 'ahead']);
    const back = differencesOf(200, statistics(wrongAt(3)), statistics(wrongAt(20)));
    expect(shownBy(back.accuracy)).toBe('behind');
    const none = differencesOf(200, statistics(wrongAt(19)), statistics(wrongAt(20)));
    expect(shownBy(none.accuracy)).toBe('nothing');
    expect(shownBy({ low: 0, high: 0.2 })).toBe('nothing'); // 0 is within
  });
});
