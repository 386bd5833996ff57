import { describe, expect, it } from 'vitest';
import { compare } from './compare';
import { bestModelWeight, mixedScores } from './mix';
import { chosenBy } from './settings';

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
