import { describe, expect, it } from 'vitest';
import { binaryLabels, type FittedFixture, readFixture } from '../test/fixture';
import { largestDifference } from '../test/goldens';
import { majorityBaseline } from './baseline';
import { type LogisticRegression, logisticRegression, trainDenseClassifier } from './logistic-regression';
import type { SparseMatrix } from './sparse-matrix';
import { tfidf } from './tfidf';
import { tuneBaseline } from './tune';

const fixture = readFixture();
const { train, heldOut } = fixture;
const tolerance = 1e-9;

function denseRow({ indptr, indices, values, columns }: SparseMatrix): Float64Array {
  const row = new Float64Array(columns);
  for (let j = indptr[0]; j < indptr[1]; j++) row[indices[j]] = values[j];
  return row;
}

type Fit = Pick<LogisticRegression<string>, 'classes' | 'coefficients' | 'intercepts'>;

function expectFit(model: Fit, probabilities: Float64Array, expected: FittedFixture): void {
  expect(model.classes).toEqual(expected.classes);
  const coefficients = model.coefficients.flatMap((row) => [...row]);
  expect(largestDifference(coefficients, expected.coefficients.flat())).toBeLessThan(1e-6);
  expect(largestDifference(model.intercepts, expected.intercepts)).toBeLessThan(1e-6);
  // Scikit-learn's solver stops sooner than ours, when the objective moves by no more than 64 float64 steps.
  expect(largestDifference(probabilities, expected.probabilities)).toBeLessThan(1e-6);
}

describe('scikit-learn’s TfidfVectorizer', () => {
  it.each(fixture.vectorizers)('equal to 1e-12 with $options', ({ options, ...expected }) => {
    const vectorizer = tfidf(train.texts, options);
    expect(vectorizer.vocabulary).toEqual(expected.vocabulary);
    expect(largestDifference(vectorizer.idf, expected.idf)).toBeLessThan(1e-12);
    const rows = [train.texts[0], heldOut.texts[0]].map((text) => denseRow(vectorizer.transform([text])));
    expect(largestDifference(rows[0], expected.firstRow)).toBeLessThan(1e-12);
    expect(largestDifference(rows[1], expected.unseenRow)).toBeLessThan(1e-12);
  });
});

describe('scikit-learn’s LogisticRegression', () => {
  const features = tfidf(train.texts).transform(train.texts);

  it.each(fixture.models)('three classes, weights $classWeight', (expected) => {
    const classWeight = expected.classWeight ?? undefined;
    const model = logisticRegression(features, train.labels, { tolerance, classWeight });
    expectFit(model, model.predictProbabilities(features), expected);
  });

  it.each(fixture.binaryModels)('two classes, weights $classWeight', (expected) => {
    const classWeight = expected.classWeight ?? undefined;
    const model = logisticRegression(features, binaryLabels(train.labels), { tolerance, classWeight });
    expectFit(model, model.predictProbabilities(features), expected);
  });
});

describe('scikit-learn’s LogisticRegression on dense vectors', () => {
  const features = Float32Array.from(fixture.dense.features);

  it.each(fixture.dense.models)('three classes, C $C, weights $classWeight', (expected) => {
    const { C, classWeight } = expected;
    const model = trainDenseClassifier(features, train.labels, {
      C,
      tolerance,
      classWeight: classWeight ?? undefined,
    });
    expect(model.dimension).toBe(6);
    expectFit(model, model.predictProbabilities(features), expected);
  });

  it('two classes', () => {
    const model = trainDenseClassifier(features, binaryLabels(train.labels), { tolerance });
    expectFit(model, model.predictProbabilities(features), fixture.dense.binaryModel);
  });
});

describe('scikit-learn’s DummyClassifier', () => {
  it('predicts the label and the shares of the training set', () => {
    const [{ label, score, scores }] = majorityBaseline(train.labels).predict(heldOut.texts);
    expect(label).toBe(fixture.majority.label);
    expect(Object.values(scores)).toEqual(fixture.majority.probabilities);
    expect(score).toBe(Math.max(...fixture.majority.probabilities));
  });
});

describe('tuning as a loop over scikit-learn’s models', () => {
  const c = [0.1, 1, 10];

  it.each(['accuracy', 'macroF1'] as const)('finds the same %s for every combination, and its best', (metric) => {
    const { best, trials } = tuneBaseline(train, heldOut, { c, metric, tolerance });
    const expected = fixture.trials.map(({ C, ngramRange, [metric]: score }) => ({ C, ngramRange, score }));
    for (const [i, { score, ...combination }] of trials.entries()) {
      expect(score).toBeCloseTo(expected[i].score, 12);
      expect(combination).toEqual({ C: expected[i].C, ngramRange: expected[i].ngramRange });
    }
    expect(trials).toHaveLength(6);
    expect([best.C, best.ngramRange]).toEqual(metric === 'accuracy' ? [1, [1, 1]] : [10, [1, 1]]);
  });
});
