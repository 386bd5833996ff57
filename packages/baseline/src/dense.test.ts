import { describe, expect, it } from 'vitest';
import { trainDenseClassifier } from './dense';

const features = Float32Array.of(0, 1, 0.5, 2, -1, -1, -2, 0);
const labels = ['up', 'up', 'down', 'down'];

describe('trainDenseClassifier', () => {
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
