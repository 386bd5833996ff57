import { expect, it } from 'vitest';
import { binaryReport } from './binary-report';

const yTrue = [1, 0, 1, 0];

it('has the figures of class 1', () => {
  const report = binaryReport(yTrue, [0.9, 0.6, 0.2, 0.1]);
  expect(report).toMatchObject({ accuracy: 0.5, macroF1: 0.5, precision: 0.5, recall: 0.5, f1: 0.5, mcc: 0 });
  // By falling score: right, wrong, right, wrong: (1/1 + 2/3) / 2.
  expect(report.averagePrecision).toBeCloseTo(5 / 6, 12);
  expect(binaryReport(yTrue, yTrue)).toMatchObject({ accuracy: 1, macroF1: 1, f1: 1, averagePrecision: 1, mcc: 1 });
});

it('decides at a threshold', () => {
  expect(binaryReport(yTrue, [0.9, 0.6, 0.2, 0.1], { threshold: 0.2 }).recall).toBe(1);
  expect(binaryReport(yTrue, [0.4, 0.4, 0.4, 0.4])).toMatchObject({ recall: 0, macroF1: 1 / 3, averagePrecision: 0.5 });
});
