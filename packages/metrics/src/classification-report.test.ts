import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../test/compare';
import { describeWithGoldens, type GoldenScores, goldenCases, renamed } from '../test/goldens';
import { balancedAccuracy, cohenKappa, confusionMatrix, confusions, matthewsCorrelation } from './agreement';
import { binaryReport, classificationReport } from './classification-report';
import { precisionRecallF1 } from './precision-recall-f1';

interface Golden {
  name: string;
  y_true: number[];
  y_pred: number[];
  probability?: number[][];
  accuracy: number;
  confusion_matrix: number[][];
  classification_report: Record<string, GoldenScores>;
  classification_report_all_labels?: Record<string, GoldenScores>;
}

function classNames(report: Record<string, unknown>): string[] {
  return Object.keys(report).filter((key) => /^\d+$/.test(key));
}

function expectReport(report: ReturnType<typeof classificationReport>, golden: Record<string, GoldenScores>): void {
  expect(report.labels.map(String)).toEqual(classNames(golden));
  for (const name of classNames(golden)) {
    expectClose(report.perClass[name], { ...renamed(golden[name]), support: golden[name].support });
  }
  expectClose(report.macro, renamed(golden['macro avg']));
  expectClose(report.weighted, renamed(golden['weighted avg']));
}

describeWithGoldens('classificationReport against scikit-learn', () => {
  const goldens = [...goldenCases<Golden>('binary.json'), ...goldenCases<Golden>('multiclass.json')];

  it.each(goldens)('$name', (golden) => {
    const report = classificationReport(golden.y_true, golden.y_pred);
    expectReport(report, golden.classification_report);
    expect(report.accuracy).toBeCloseTo(golden.accuracy, 12);
    expect(report.confusionMatrix.flat()).toEqual(
      report.labels.length === 1 ? [golden.y_true.length] : golden.confusion_matrix.flat(),
    );
    expect(report.micro.f1).toBeCloseTo(golden.accuracy, 12);
  });

  it.each(goldens.filter((golden) => golden.classification_report_all_labels))('all labels: $name', (golden) => {
    const labels = golden.probability?.[0].map((_, i) => i);
    const report = classificationReport(golden.y_true, golden.y_pred, { labels });
    expectReport(report, golden.classification_report_all_labels!);
  });
});

describe('classificationReport', () => {
  const yTrue = ['cat', 'cat', 'dog', 'eel'];
  const yPred = ['cat', 'dog', 'dog', 'dog'];

  it('scores by hand-computed values', () => {
    const report = classificationReport(yTrue, yPred);
    expect(report.labels).toEqual(['cat', 'dog', 'eel']);
    expect(report.perClass.cat).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
    expect(report.perClass.dog).toEqual({ precision: 1 / 3, recall: 1, f1: 0.5, support: 1 });
    expect(report.perClass.eel).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expectClose(report.macro, { precision: 4 / 9, recall: 0.5, f1: 7 / 18 });
    expectClose(report.weighted, { precision: 7 / 12, recall: 0.5, f1: 11 / 24 });
    expect(report.accuracy).toBe(0.5);
  });

  it('averages over the listed labels only, as scikit-learn does', () => {
    const report = precisionRecallF1(yTrue, yPred, { labels: ['dog', 'emu'] });
    expect(report.perClass.emu).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expectClose(report.micro, { precision: 1 / 3, recall: 1, f1: 0.5 });
    expectClose(report.macro, { precision: 1 / 6, recall: 0.5, f1: 0.25 });
    expect(confusionMatrix(yTrue, yPred, { labels: ['dog', 'cat'] })).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('keeps a class called __proto__', () => {
    const report = classificationReport(['__proto__', 'a'], ['__proto__', 'a']);
    expect(Object.keys(report.perClass)).toEqual(['__proto__', 'a']);
  });

  it('says both lengths, refuses nothing and mixed kinds', () => {
    expect(() => classificationReport(yTrue, ['cat'])).toThrow(
      'classificationReport: expected yTrue and yPred of equal length, got 4 and 1',
    );
    expect(() => classificationReport([], [])).toThrow(RangeError);
    expect(() => classificationReport<string | number>(['1'], [1])).toThrow(TypeError);
  });

  it('is consistent with its confusion matrix on any labels', () => {
    const label = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (pairs) => {
        const report = classificationReport(
          pairs.map(([truth]) => truth),
          pairs.map(([, prediction]) => prediction),
        );
        const diagonal = report.confusionMatrix.reduce((sum, row, i) => sum + row[i], 0);
        expect(report.accuracy).toBe(diagonal / pairs.length);
        report.labels.forEach((name, i) => {
          expect(report.perClass[name].support).toBe(report.confusionMatrix[i].reduce((sum, count) => sum + count, 0));
        });
        expect(report.weighted.recall).toBeCloseTo(report.accuracy, 12);
      }),
    );
  });
});

describe('binaryReport', () => {
  const yTrue = [1, 0, 1, 0];

  it('has the metrics of class 1', () => {
    const report = binaryReport(yTrue, [0.9, 0.6, 0.2, 0.1]);
    expect(report).toMatchObject({ accuracy: 0.5, macroF1: 0.5, precision: 0.5, recall: 0.5, f1: 0.5, mcc: 0 });
    // By falling score: right, wrong, right, wrong: (1/1 + 2/3) / 2.
    expect(report.averagePrecision).toBeCloseTo(5 / 6, 12);
    expect(binaryReport(yTrue, yTrue)).toMatchObject({ accuracy: 1, macroF1: 1, f1: 1, averagePrecision: 1, mcc: 1 });
  });

  it('decides at a threshold', () => {
    expect(binaryReport(yTrue, [0.9, 0.6, 0.2, 0.1], { threshold: 0.2 }).recall).toBe(1);
    expect(binaryReport(yTrue, [0.4, 0.4, 0.4, 0.4])).toMatchObject({
      recall: 0,
      macroF1: 1 / 3,
      averagePrecision: 0.5,
    });
  });
});

describe('options', () => {
  it('are refused where the report does not have them', () => {
    expect(() => classificationReport(['a'], ['a'], { zero_division: 1 } as never)).toThrow(
      'classificationReport: expected known options, got zero_division; did you mean zeroDivision?',
    );
    expect(() => binaryReport([0, 1], [0.1, 0.9], { treshold: 0.2 } as never)).toThrow(
      'binaryReport: expected known options, got treshold; did you mean threshold?',
    );
  });

  it('reach the matrix, which has only some of them', () => {
    const report = classificationReport(['a', 'b'], ['a', 'a'], { labels: ['b', 'a'], zeroDivision: 1 });
    expect(report.confusionMatrix).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(report.perClass.b.precision).toBe(1);
  });

  it('do not hide other faults, which name the function that was called', () => {
    expect(() => binaryReport([0, 1], [0.1])).toThrow(
      'binaryReport: expected yTrue and yPred of equal length, got 2 and 1',
    );
    expect(() => binaryReport([0, 1], undefined as never)).toThrow('binaryReport: yPred expected an array');
  });
});

describe('confusions', () => {
  it('are what the matrix holds beside its diagonal, most often first', () => {
    const label = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 60 }), (pairs) => {
        const [yTrue, yPred] = [pairs.map(([truth]) => truth), pairs.map(([, predicted]) => predicted)];
        const labels = ['d', 'a', 'b'];
        const cells = confusionMatrix(yTrue, yPred, { labels }).flatMap((row, i) =>
          row.map((count, j) => ({ truth: labels[i], predicted: labels[j], count })),
        );
        const wrong = cells.filter(({ truth, predicted, count }) => truth !== predicted && count > 0);
        expect(confusions(yTrue, yPred, { labels })).toEqual(wrong.sort((a, b) => b.count - a.count));
      }),
    );
  });

  it('and all other metrics take no memory by the square of the classes', () => {
    const classes = 30_000; // squared, 7 GB
    const yTrue = Array.from({ length: classes }, (_, i) => i);
    const yPred = yTrue.map((id) => (id % 3 === 0 ? (id + 1) % classes : id));
    expect(confusions(yTrue, yPred)).toHaveLength(10_000);
    expect(classificationReport(yTrue, yPred, { labels: yTrue }).accuracy).toBeCloseTo(2 / 3, 12);
    expect(balancedAccuracy(yTrue, yPred)).toBeCloseTo(2 / 3, 12);
    expect(matthewsCorrelation(yTrue, yPred)).toBeCloseTo(2 / 3, 4);
    expect(cohenKappa(yTrue.slice(0, 3000), yPred.slice(0, 3000))).toBeCloseTo(2 / 3, 3);
  });
});
