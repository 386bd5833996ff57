import { multiLabelReport, regressionReport } from '@attune/metrics';
import { expect, it } from 'vitest';
import { differencesOf } from './differences';

const count = 60;
const texts = Array.from({ length: count }, (_, i) => `text ${i}`);
const pseudo = (i: number) => ((i * 7919 + 13) % 101) / 101;

it('of sets of labels are those of whole sets, micro-F1 and macro-F1', () => {
  const yTrue = texts.map((_, i) => [Number(pseudo(i) > 0.4), Number(pseudo(3 * i) > 0.6), 0]);
  const noisy = (share: number) =>
    yTrue.map((row, i) => row.map((present, id) => (pseudo(5 * i + id) < share ? 1 - present : present)));
  const [own, other] = [0.1, 0.4].map((share) => ({ texts, yTrue, yPred: noisy(share), scores: new Float32Array(0) }));
  const found = differencesOf('multi_label_classification', [own, other], 42);
  const [a, b] = [own, other].map(({ yPred }) => multiLabelReport(yTrue, yPred));
  expect(found.accuracy.estimate).toBeCloseTo(a.subsetAccuracy - b.subsetAccuracy, 12);
  expect(found.microF1.estimate).toBeCloseTo(a.micro.f1 - b.micro.f1, 12);
  expect(found.macroF1.estimate).toBeCloseTo(a.macro.f1 - b.macro.f1, 12);
  for (const { estimate, low, high } of Object.values(found)) {
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(estimate);
    expect(high).toBeGreaterThan(estimate);
  }
});

it('of numbers are those of MAE, RMSE and R²', () => {
  const yTrue = Float64Array.from(texts, (_, i) => 10 * pseudo(i));
  const [own, other] = [0.5, 2].map((noise) => ({
    ...{ texts, yTrue },
    yPred: yTrue.map((value, i) => value + noise * (pseudo(11 * i) - 0.5)),
  }));
  const found = differencesOf('regression', [own, other], 42);
  const [a, b] = [own, other].map(({ yPred }) => regressionReport(yTrue, yPred));
  for (const name of ['mae', 'rmse', 'r2'] as const) expect(found[name].estimate).toBeCloseTo(a[name] - b[name], 12);
  expect(found.mae.high).toBeLessThan(0);
  expect(found.r2.low).toBeGreaterThan(0);
});
