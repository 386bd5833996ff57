import { describe, expect, it } from 'vitest';
import { describeWithGoldens, goldenOptions, largestDifference, readGoldens } from '../test/goldens';
import { logisticRegression, trainDenseClassifier } from './logistic-regression';
import { fromRows } from './sparse-matrix';
import { tfidf } from './tfidf';

/** One column; class `b` more likely the larger it is. */
const matrix = fromRows(
  [-2, -1, -0.5, 0.5, 1, 2].map((value) => new Map([[0, value]])),
  1,
);
const labels = ['a', 'a', 'b', 'a', 'b', 'b'];

describe('logisticRegression', () => {
  it('gives two classes one row of coefficients, and probabilities that sum to 1', () => {
    const model = logisticRegression(matrix, labels);
    expect(model.classes).toEqual(['a', 'b']);
    expect(model.coefficients).toHaveLength(1);
    expect(model.coefficients[0][0]).toBeGreaterThan(0);
    const scores = model.predictProbabilities(matrix);
    for (let i = 0; i < 6; i++) expect(scores[2 * i] + scores[2 * i + 1]).toBeCloseTo(1, 12);
    expect(model.predict(matrix)).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });

  it('takes numbers as labels and sorts them by value', () => {
    const model = logisticRegression(matrix, Int32Array.of(10, 10, 9, 10, 9, 100));
    expect(model.classes).toEqual([9, 10, 100]);
    expect(model.coefficients).toHaveLength(3);
  });

  it('weighs two rows as one row of twice the weight', () => {
    const twice = fromRows(
      [-1, 1, 1, 3].map((value) => new Map([[0, value]])),
      1,
    );
    const once = fromRows(
      [-1, 1, 3].map((value) => new Map([[0, value]])),
      1,
    );
    const repeated = logisticRegression(twice, ['a', 'b', 'b', 'c'], { tolerance: 1e-9 });
    const weighted = logisticRegression(once, ['a', 'b', 'c'], { tolerance: 1e-9, classWeight: { b: 2 } });
    for (const [k, row] of repeated.coefficients.entries()) {
      expect(largestDifference(row, weighted.coefficients[k])).toBeLessThan(1e-7);
    }
  });

  it('moves from the classes’ shares towards the data as C grows', () => {
    const strict = logisticRegression(matrix, labels, { C: 1e-6 });
    const free = logisticRegression(matrix, labels, { C: 100 });
    expect(Math.abs(strict.coefficients[0][0])).toBeLessThan(1e-4);
    expect(free.coefficients[0][0]).toBeGreaterThan(1);
  });

  it('says when the iterations ran out', () => {
    expect(logisticRegression(matrix, labels, { tolerance: 1e-12, maxIterations: 1 }).converged).toBe(false);
    expect(logisticRegression(matrix, labels).converged).toBe(true);
  });

  it('refuses one class, naming it', () => {
    expect(() => logisticRegression(matrix, new Array(6).fill('only'))).toThrow(
      expect.objectContaining({ name: 'AttuneError', code: 'ONE_CLASS', message: expect.stringContaining('"only"') }),
    );
  });

  it('refuses sizes that differ, in training and in prediction', () => {
    expect(() => logisticRegression(matrix, ['a', 'b'])).toThrow(/6 rows and 2 labels/);
    expect(() => logisticRegression(fromRows([], 1), [])).toThrow(/0 rows/);
    expect(() => logisticRegression(matrix, labels).predict(fromRows([new Map()], 2))).toThrow(/1 columns, got 2/);
  });

  it.each([{ C: 0 }, { C: Number.NaN }, { tolerance: -1 }, { maxIterations: 0 }, { classWeight: { a: -1 } }])(
    'refuses %j',
    (options) => expect(() => logisticRegression(matrix, labels, options)).toThrow(RangeError),
  );

  it('refuses weights of classes that the labels lack', () => {
    const of = (classWeight: object) => () => logisticRegression(matrix, labels, { classWeight: classWeight as never });
    const expected = 'logisticRegression: classWeight expected classes among the labels, got';
    const urgent = labels.map((label) => (label === 'a' ? 'urgent' : 'other'));
    expect(() => logisticRegression(matrix, urgent, { classWeight: { urgnt: 5 } })).toThrow(
      new RangeError(`${expected} "urgnt"; did you mean "urgent"?`),
    );
    expect(of({ a: 1, z: 2 })).toThrow(new RangeError(`${expected} "z"; the classes are "a", "b"`));
    expect(() => logisticRegression(matrix, Int32Array.of(0, 0, 1, 0, 1, 1), { classWeight: { 2: 5 } })).toThrow(
      `${expected} "2"; the classes are "0", "1"`,
    );
    expect(of(new Map([['a', 2]]))).toThrow(
      new RangeError(
        'logisticRegression: classWeight expected an object of weights by class, got a Map; write Object.fromEntries(map)',
      ),
    );
  });

  it('weighs the classes that are listed, by name or by number', () => {
    const plain = logisticRegression(matrix, labels);
    const heavy = logisticRegression(matrix, labels, { classWeight: Object.fromEntries(new Map([['b', 3]])) });
    const ids = labels.map((label) => Number(label === 'b'));
    expect(heavy.intercepts[0]).toBeGreaterThan(plain.intercepts[0] + 0.5);
    expect(logisticRegression(matrix, ids, { classWeight: { 1: 3 } }).intercepts).toEqual(heavy.intercepts);
    expect(logisticRegression(matrix, labels, { classWeight: {} }).intercepts).toEqual(plain.intercepts);
  });

  it('refuses options and words that it does not have', () => {
    const untyped = (options: object) => () => logisticRegression(matrix, labels, options as never);
    expect(untyped({ class_weight: 'balanced' })).toThrow(
      'logisticRegression: expected known options, got class_weight; did you mean classWeight?',
    );
    expect(untyped({ classWeight: 'Balanced' })).toThrow(
      'logisticRegression: classWeight expected an object, or "balanced", got "Balanced"; did you mean "balanced"?',
    );
    expect(() => trainDenseClassifier(new Float32Array(4), ['a', 'b'], { c: 1 } as never)).toThrow(
      'trainDenseClassifier: expected known options, got c; did you mean C?',
    );
  });
});

describeWithGoldens('scikit-learn’s LogisticRegression', () => {
  const goldens = readGoldens();
  const cases = goldens.models.map((model) => ({
    name: `${model.vectorizer}, ${model.target}, ${model.class_weight ?? 'unweighted'}`,
    model,
  }));

  it.each(cases)('$name', ({ model: expected }) => {
    const { texts, labels: sectors } = goldens;
    const targets =
      expected.target === 'sector' ? sectors : sectors.map((sector) => (sector === '21' ? '21' : 'other'));
    const features = tfidf(texts, goldenOptions[expected.vectorizer]).transform(texts);
    const classWeight = expected.class_weight ?? undefined;
    const model = logisticRegression(features, targets, { tolerance: 1e-8, classWeight });
    expect(model.converged).toBe(true);
    expect(model.classes).toEqual(expected.classes);
    expect(
      largestDifference(
        model.coefficients.flatMap((row) => [...row]),
        expected.coefficients.flat(),
      ),
    ).toBeLessThan(1e-4);
    expect(largestDifference(model.intercepts, expected.intercepts)).toBeLessThan(1e-4);
    const scores = model.predictProbabilities(features).subarray(0, 40 * expected.classes.length);
    expect(largestDifference(scores, expected.probabilities.flat())).toBeLessThan(1e-5);
    expect(model.predict(features)).toEqual(expected.predictions);
  });
});

describe('trainDenseClassifier', () => {
  const features = Float32Array.of(0, 1, 0.5, 2, -1, -1, -2, 0);
  const labels = ['up', 'up', 'down', 'down'];

  it('separates what a line separates', () => {
    const classifier = trainDenseClassifier(features, labels, { C: 100 });
    expect(classifier.predict(features)).toEqual(labels);
    expect(classifier.predict(Float32Array.of(3, 3, -3, -3))).toEqual(['up', 'down']);
    expect(classifier.predict(new Float32Array(0))).toEqual([]);
  });

  it('refuses sizes that do not fit, and what is not finite, saying where', () => {
    expect(() => trainDenseClassifier(features, ['a', 'b', 'c'])).toThrow(/8 numbers for 3 labels/);
    expect(() => trainDenseClassifier(new Float32Array(0), ['a', 'b'])).toThrow(/0 numbers for 2/);
    expect(() => trainDenseClassifier(features, [])).toThrow(RangeError);
    expect(() => trainDenseClassifier(Float32Array.of(1, 2, Number.NaN, 4), ['a', 'b'])).toThrow(
      /NaN in row 1, column 0/,
    );
    expect(() => trainDenseClassifier(features, labels).predict(new Float32Array(3))).toThrow(/of 2 numbers, got 3/);
  });
});
