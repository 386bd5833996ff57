import { describe, expect, it } from 'vitest';
import { readFixture } from '../test/fixture';
import { trainBaseline } from './baseline';
import { accuracy, macroF1, tuneBaseline } from './tune';

const { train, heldOut } = readFixture();

describe('tuneBaseline', () => {
  it('returns what trainBaseline makes of the best options', () => {
    const { baseline, best } = tuneBaseline(train, heldOut, { metric: 'macroF1', classWeight: 'balanced', minDf: 2 });
    const { C, ngramRange, score } = best;
    const again = trainBaseline(train.texts, train.labels, { C, ngramRange, classWeight: 'balanced', minDf: 2 });
    expect(baseline.predictProbabilities(heldOut.texts)).toEqual(again.predictProbabilities(heldOut.texts));
    const predicted = baseline.predict(heldOut.texts).map(({ label }) => label);
    expect(macroF1(heldOut.labels, predicted)).toBe(score);
  });

  it('keeps the first of equals, and takes a metric of the caller’s', () => {
    expect(tuneBaseline(train, heldOut, { metric: () => 1 }).best).toEqual({ C: 0.1, ngramRange: [1, 1], score: 1 });
    const errors = tuneBaseline(train, heldOut, { metric: (...labels) => 1 - accuracy(...labels) });
    expect(errors.best.score).toBe(Math.max(...errors.trials.map(({ score }) => score)));
  });

  it('refuses nothing to try, nothing to try it on, and NaN', () => {
    expect(() => tuneBaseline(train, heldOut, { c: [] })).toThrow(/C and an ngramRange/);
    expect(() => tuneBaseline(train, heldOut, { ngramRange: [] })).toThrow(RangeError);
    expect(() => tuneBaseline(train, { texts: [], labels: [] })).toThrow(/0 texts and 0 labels/);
    expect(() => tuneBaseline(train, { texts: ['a'], labels: [] })).toThrow(/1 texts and 0 labels/);
    expect(() => tuneBaseline(train, heldOut, { metric: () => Number.NaN })).toThrow(/NaN/);
    expect(() => tuneBaseline({ texts: ['aa'], labels: [] }, heldOut)).toThrow(RangeError);
  });

  it('refuses one range or one C where it expects several', () => {
    const untyped = (options: object) => () => tuneBaseline(train, heldOut, options as never);
    const ranges = 'tuneBaseline: ngramRange expected an array of pairs [shortest, longest]';
    expect(untyped({ ngramRange: [1, 2] })).toThrow(`${ranges}, got an array; write [[1, 2]]`);
    expect(untyped({ ngramRange: [[1, 2], 3] })).toThrow(`${ranges}, got an array`);
    expect(untyped({ ngramRange: 2 })).toThrow(`${ranges}, got 2`);
    expect(untyped({ c: 10 })).toThrow('tuneBaseline: c expected an array of numbers, got 10; write [10]');
    expect(untyped({ c: [1, '10'] })).toThrow('tuneBaseline: c expected an array of numbers, got an array');
    expect(untyped({ classWeight: { none: 2 } })).toThrow('classWeight expected classes among the labels, got "none"');
  });
});

describe('macroF1', () => {
  it('averages over the labels of either side', () => {
    // a: 2·1/(2+1), b: 2·1/(1+1), c is predicted only: 0.
    expect(macroF1(['a', 'a', 'b'], ['a', 'c', 'b'])).toBeCloseTo((2 / 3 + 1 + 0) / 3, 15);
  });
});
