import { classificationReport, pairedBootstrap } from '@attune/metrics';
import { describe, expect, it } from 'vitest';
import { bestModelWeight, chosenBy, compare, differences, mixedScores } from './comparison';

describe('bestModelWeight', () => {
  const model = [0.6, 0.4, 0.6, 0.4];
  const baseline = [0.5, 0.5, 0.21, 0.79]; // 0.6 w + 0.21 (1 − w) is 0.5 at w = 0.744

  it('is what is right most often, near an even mix', () => {
    expect(bestModelWeight({ targets: [0, 1], model, baseline, metric: 'accuracy' })).toBe(0.5);
    expect(bestModelWeight({ targets: [0, 0], model, baseline, metric: 'macroF1' })).toBe(0.75);
    expect(bestModelWeight({ targets: [0], model: [0.49, 0.51], baseline: [0.6, 0.4], metric: 'accuracy' })).toBe(0.5);
  });

  it('leaves out who is always wrong', () => {
    const wrong = { targets: [0], model: [0, 1], metric: 'accuracy' } as const;
    expect(bestModelWeight({ ...wrong, baseline: [0.51, 0.49] })).toBe(0);
  });
});

it('mixes probabilities', () => {
  expect([...mixedScores([1, 0], [0.5, 0.5], 0.25)]).toEqual([0.625, 0.375]);
});

it('reports a mix chosen on the validation part', () => {
  const labels = ['a', 'b'];
  const truth = { texts: ['x', 'y', 'z'], targets: [0, 1, 1] };
  const own = { texts: truth.texts, yTrue: Int32Array.of(0, 1, 1), scores: new Float32Array(3) };
  const test = [0.9, 0.1, 0.6, 0.4, 0.4, 0.6]; // wrong of y
  const others: Readonly<Record<string, readonly number[]>> = {
    x: [0.4, 0.6],
    y: [0.1, 0.9],
    z: [0.2, 0.8],
    v: [0.1, 0.9],
  };
  const baseline = {
    predictions: { ...own, yPred: Int32Array.of(1, 1, 1) },
    probabilities: (texts: readonly string[]) => Float64Array.from(texts.flatMap((text) => others[text])),
  };
  const { difference, mix } = compare(
    { predictions: { ...own, yPred: Int32Array.of(0, 0, 1) }, scores: test },
    baseline,
    {
      labels,
      truth,
      seed: 1,
      mixing: { validation: { texts: ['v'], targets: [1] }, scores: [0.6, 0.4], metric: 'accuracy' },
    },
  );
  expect(difference.accuracy.estimate).toBe(0);
  expect(mix).toMatchObject({ modelWeight: 0.5, accuracy: 1, macroF1: 1 });
  expect(mix?.difference.accuracy.estimate).toBeCloseTo(1 / 3, 12);
});

it('goes by macro-F1 only where that chooses the best model', () => {
  expect(['macroF1', 'accuracy', 'loss', undefined].map(chosenBy)).toEqual([
    'macroF1',
    'accuracy',
    'accuracy',
    'accuracy',
  ]);
});

const drawn = (seed: number, n: number, classes: number) =>
  Int32Array.from({ length: n }, (_, i) => (Math.imul(i + 1, 2654435761 + seed) >>> 7) % classes);

const yTrue = drawn(1, 90, 5);
const model = { yTrue, yPred: yTrue.map((label, i) => (i % 4 === 0 ? 4 : label)) };
const other = { yTrue, yPred: yTrue.map((label, i) => (i % 3 === 0 ? drawn(3, 90, 5)[i] : label)) };

it('has the metrics of the reports, and their intervals', () => {
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
