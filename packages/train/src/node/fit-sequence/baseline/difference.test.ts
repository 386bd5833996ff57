import { classificationReport, pairedBootstrap } from '@attune/metrics';
import { expect, it } from 'vitest';
import { differences } from './difference';

const drawn = (seed: number, n: number, classes: number) =>
  Int32Array.from({ length: n }, (_, i) => (Math.imul(i + 1, 2654435761 + seed) >>> 7) % classes);

const yTrue = drawn(1, 90, 5);
const model = { yTrue, yPred: yTrue.map((label, i) => (i % 4 === 0 ? 4 : label)) };
const other = { yTrue, yPred: yTrue.map((label, i) => (i % 3 === 0 ? drawn(3, 90, 5)[i] : label)) };

it('has the figures of the reports, and their intervals', () => {
  const of =
    ({ yPred }: typeof model, figure: (report: ReturnType<typeof classificationReport>) => number) =>
    (indices: Uint32Array) =>
      figure(
        classificationReport(
          Array.from(indices, (i) => yTrue[i]),
          Array.from(indices, (i) => yPred[i]),
        ),
      );
  const expected = (figure: (report: ReturnType<typeof classificationReport>) => number) =>
    pairedBootstrap(90, of(model, figure), of(other, figure), { samples: 1000, method: 'percentile', seed: 7 });
  const found = differences(model, other, 7);
  for (const [name, figure] of [
    ['accuracy', (r: ReturnType<typeof classificationReport>) => r.accuracy],
    ['macroF1', (r: ReturnType<typeof classificationReport>) => r.macro.f1],
  ] as const) {
    const { difference, low, high } = expected(figure);
    expect(found[name].estimate).toBeCloseTo(difference, 12);
    expect(found[name].low).toBeCloseTo(low, 12);
    expect(found[name].high).toBeCloseTo(high, 12);
    expect(low).toBeLessThan(high);
  }
});

it('is nothing, surely, between the same', () => {
  expect(differences(model, model, 1).macroF1).toEqual({ estimate: 0, low: 0, high: 0 });
});
