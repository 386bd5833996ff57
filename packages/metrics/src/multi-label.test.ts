import { describe, expect, it } from 'vitest';
import { expectClose } from '../test/compare';
import { describeWithGoldens, type GoldenScores, goldenCases, renamed } from '../test/goldens';
import { accuracy } from './agreement';
import { multiLabelRocAuc } from './curves/averages';
import { entityReport } from './entities/entity-report';
import { multiLabelJaccard } from './jaccard';
import { hammingLoss, multiLabelReport } from './multi-label';

interface Golden {
  name: string;
  y_true: number[][];
  y_pred: number[][];
  classification_report: Record<string, GoldenScores>;
  subset_accuracy: number;
  hamming_loss: number;
}

describeWithGoldens('multiLabelReport against scikit-learn', () => {
  it.each(goldenCases<Golden>('multilabel.json'))('$name', (golden) => {
    const report = multiLabelReport(golden.y_true, golden.y_pred);
    const expected = golden.classification_report;
    for (const label of report.labels) {
      expectClose(report.perClass[label], { ...renamed(expected[label]), support: expected[label].support });
    }
    expect(report.labels).toHaveLength(golden.y_true[0].length);
    expectClose(report.micro, renamed(expected['micro avg']));
    expectClose(report.macro, renamed(expected['macro avg']));
    expectClose(report.weighted, renamed(expected['weighted avg']));
    expectClose(report.samples, renamed(expected['samples avg']));
    expect(report.subsetAccuracy).toBeCloseTo(golden.subset_accuracy, 12);
    expect(report.hammingLoss).toBeCloseTo(golden.hamming_loss, 12);
  });
});

describe('multiLabelReport', () => {
  it('names the columns', () => {
    const truth = [new Uint8Array([1, 0]), new Uint8Array([1, 1])];
    const report = multiLabelReport(
      truth,
      [
        [1, 0],
        [0, 1],
      ],
      { labels: ['remote', 'senior'] },
    );
    expect(report.perClass.remote).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
    expect(report.perClass.senior).toEqual({ precision: 1, recall: 1, f1: 1, support: 1 });
    expect(report.subsetAccuracy).toBe(0.5);
    expect(report.hammingLoss).toBe(0.25);
  });

  it('names the place of what it refuses', () => {
    expect(() => multiLabelReport([[1]], [])).toThrow('got 1 and 0');
    expect(() => multiLabelReport([[]], [[]])).toThrow('at least one label');
    expect(() => multiLabelReport([[1, 0]], [[1]])).toThrow('got 1 in yPred[0]');
    expect(() => multiLabelReport([[1, 0]], [[1, 0.7]])).toThrow('expected 0 or 1, got 0.7 in yPred[0][1]');
    expect(() => multiLabelReport([[1, 0]], [[1, 0]], { labels: ['a'] })).toThrow('expected 2 labels');
    expect(() => multiLabelReport([[1, 0]], [[1, 0]], { labels: ['a', 'a'] })).toThrow('expected distinct labels');
  });
});

it('refuses options that the report does not have', () => {
  expect(() => multiLabelReport([[1]], [[1]], { zero_division: 1 } as never)).toThrow(
    'multiLabelReport: expected known options, got zero_division; did you mean zeroDivision?',
  );
});

describe('hammingLoss', () => {
  it('is the share of wrong labels, or of wrong decisions', () => {
    expect(hammingLoss(['a', 'b', 'b', 'a'], ['a', 'b', 'a', 'a'])).toBe(0.25);
    expect(hammingLoss(Int32Array.of(1, 2), [1, 3])).toBe(0.5);
    expect(
      hammingLoss(
        [
          [1, 0],
          [1, 1],
        ],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toBe(0.25);
  });

  it('refuses ids against names, and NaN, as accuracy does', () => {
    for (const metric of [accuracy, hammingLoss]) {
      expect(() => metric([0, 1] as never, ['a', 'b'])).toThrow(
        new TypeError(
          'labels: expected all strings or all numbers, got number and string; convert ids to names, or names to ids, on both sides',
        ),
      );
      expect(() => metric([0, Number.NaN], [0, Number.NaN])).toThrow(RangeError);
      expect(() => metric([true] as never, [true] as never)).toThrow('got boolean');
    }
    expect(() => hammingLoss(['a'], [[1]] as never)).toThrow('got string and object');
    expect(() => hammingLoss([[1]], ['a'] as never)).toThrow(RangeError);
  });
});

it('refuses flat arrays', () => {
  const flat = [1, 0, 1] as never;
  const message = /expected a row in yTrue\[0\], got 1; pass an array per example/;
  for (const metric of [multiLabelReport, multiLabelJaccard, multiLabelRocAuc])
    expect(() => metric(flat, flat)).toThrow(message);
  expect(() => entityReport(['B-PER O'] as never, ['B-PER O'] as never)).toThrow(
    /expected a row in yTrue\[0\], got B-PER O/,
  );
});
