import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { type Fold, kFolds } from './k-folds';

const ascending = (count: number) => Array.from({ length: count }, (_, i) => i);
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

/** Examples of each class held out in each fold. */
function heldOutCounts(folds: readonly Fold[], labels: readonly number[], classes: number): number[][] {
  return folds.map(({ heldOut }) =>
    ascending(classes).map((label) => heldOut.filter((example) => labels[example] === label).length),
  );
}

/** Checks that every example is held out once, and trained on whenever it is not. */
function expectPartition(folds: readonly Fold[], count: number): void {
  expect(sorted(folds.flatMap(({ heldOut }) => [...heldOut]))).toEqual(ascending(count));
  for (const { training, heldOut } of folds) {
    expect([...heldOut]).toEqual(sorted(heldOut));
    expect([...training]).toEqual(sorted(training));
    expect(sorted([...training, ...heldOut])).toEqual(ascending(count));
    expect(heldOut.length).toBeGreaterThan(0);
  }
}

describe('kFolds', () => {
  it('deals examples into folds that differ by at most one, and repeats itself', () => {
    const { folds, warnings } = kFolds({ length: 23, folds: 5, seed: 1 });
    expectPartition(folds, 23);
    expect(sorted(folds.map(({ heldOut }) => heldOut.length))).toEqual([4, 4, 5, 5, 5]);
    expect(kFolds({ length: 23, folds: 5, seed: 1 }).folds).toEqual(folds);
    expect(kFolds({ length: 23, folds: 5, seed: 2 }).folds).not.toEqual(folds);
    expect(warnings).toEqual([]);
  });

  it("has the counts of scikit-learn's StratifiedKFold", () => {
    // StratifiedKFold(4): np.bincount(sorted(y)[i::4]) of 7 of class 0, 6 of class 1, 2 of class 2.
    const labels = [1, 0, 1, 2, 0, 0, 1, 0, 1, 0, 2, 1, 0, 1, 0];
    const reference = [
      [2, 2, 0],
      [1, 2, 1],
      [2, 1, 1],
      [2, 1, 0],
    ];
    for (let seed = 0; seed < 20; seed++) {
      const counts = heldOutCounts(kFolds({ labels, folds: 4, seed }).folds, labels, 3);
      expect(counts.map(String).sort()).toEqual(reference.map(String).sort());
    }
  });

  it('gives every example the same chance of being in a fold', () => {
    const inFirst = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++)
      for (const example of kFolds({ length: 10, folds: 5, seed }).folds[0].heldOut) inFirst[example]++;
    // Each count is binomial with mean 400 and standard deviation 18.
    for (const count of inFirst) expect(Math.abs(count - 400)).toBeLessThan(80);
  });

  it('shares every label out evenly, on any data', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 8 }), fc.nat(), (labels, count, seed) => {
        const { folds } = kFolds({ labels, folds: count, seed });
        expectPartition(folds, labels.length);
        const sizes = folds.map(({ heldOut }) => heldOut.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const counts = heldOutCounts(folds, labels, 4);
        for (const label of ascending(4)) {
          const ofLabel = counts.map((classes) => classes[label]);
          expect(Math.max(...ofLabel) - Math.min(...ofLabel)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('keeps groups whole and fills every fold, on any data', () => {
    const example = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 }));
    const data = fc.array(example, { minLength: 10, maxLength: 80 });
    fc.assert(
      fc.property(data, fc.integer({ min: 2, max: 6 }), fc.nat(), (examples, count, seed) => {
        const labels = examples.map(([label]) => label);
        const groups = examples.map(([, group]) => group);
        fc.pre(new Set(groups).size >= count);
        const { folds } = kFolds({ labels, groups, folds: count, seed });
        expectPartition(folds, examples.length);
        for (const { training, heldOut } of folds) {
          const trained = new Set(Array.from(training, (i) => groups[i]));
          expect(Array.from(heldOut, (i) => groups[i]).filter((group) => trained.has(group))).toEqual([]);
        }
      }),
    );
  });

  it('meets the stratified counts when every group is one example, and nearly so when groups are small', () => {
    const labels = ascending(300).map((i) => (i < 200 ? 0 : i < 290 ? 1 : 2));
    const single = kFolds({ labels, groups: ascending(300), folds: 5, seed: 3 });
    expect(heldOutCounts(single.folds, labels, 3)).toEqual(new Array(5).fill([40, 18, 2]));
    const pairs = kFolds({ labels, groups: ascending(300).map((i) => i >> 1), folds: 5, seed: 3 });
    expect(heldOutCounts(pairs.folds, labels, 3)).toEqual(new Array(5).fill([40, 18, 2]));
  });

  it('sets a part of the other folds aside, groups whole', () => {
    const groups = ascending(60).map((i) => i >> 1);
    const labels = ascending(60).map((i) => (i % 4 < 2 ? 'a' : 'b'));
    const { folds } = kFolds({ labels, groups, folds: 5, validation: 0.25, seed: 1 });
    expect(folds.flatMap(({ heldOut }) => [...heldOut]).sort((a, b) => a - b)).toEqual(ascending(60));
    for (const { training, validation, heldOut } of folds) {
      expect([...training, ...validation!, ...heldOut].sort((a, b) => a - b)).toEqual(ascending(60));
      expect([training.length, validation!.length]).toEqual([36, 12]);
      const [own, aside] = [training, validation!].map((rows) => new Set(Array.from(rows, (i) => groups[i])));
      expect([...aside].filter((group) => own.has(group))).toEqual([]);
    }
  });

  it('names labels that cannot be trained on while a fold is held out', () => {
    const labels = [...new Array(9).fill('a'), 'b'];
    const { folds, warnings } = kFolds({ labels, folds: 2, seed: 1 });
    const fold = folds.findIndex(({ heldOut }) => heldOut.includes(9)) + 1;
    expect(warnings).toEqual([
      `kFolds: 1 label has examples only in fold ${fold}, and none to train on while it is held out: "b"`,
    ]);
  });

  it('refuses what cannot be divided', () => {
    expect(() => kFolds({ folds: 5, seed: 1 })).toThrow('expected labels, groups or length');
    expect(() => kFolds({ folds: 2, seed: 1, labels: [1, 2], length: 3 })).toThrow('got 2, 3');
    expect(() => kFolds({ folds: 1, seed: 1, length: 9 })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
    expect(() => kFolds({ folds: 2.5, seed: 1, length: 9 })).toThrow('an integer ≥ 2, got 2.5');
    const attune = { name: 'AttuneError', code: 'DATA_SPLIT' };
    expect(failure(() => kFolds({ folds: 5, seed: 1, length: 4 }))).toMatchObject(attune);
    expect(failure(() => kFolds({ folds: 3, seed: 1, groups: ['x', 'x', 'y', 'y'] }))).toMatchObject({
      ...attune,
      message: expect.stringContaining('expected at least 3 groups, one per fold, got 2'),
    });
  });

  it.each([0, 1, -0.1, 20, Number.NaN])('refuses a share for validation of %d, under its name', (validation) => {
    expect(() => kFolds({ folds: 2, seed: 1, length: 20, validation })).toThrow(
      new RangeError(
        `kFolds: validation expected a number above 0 and below 1, got ${validation}; pass a share such as 0.1, or remove it`,
      ),
    );
  });

  it('names validation where a fold has too little for it', () => {
    const attune = { name: 'AttuneError', code: 'DATA_SPLIT' };
    const groups = ['x', 'x', 'y', 'y'];
    expect(failure(() => kFolds({ folds: 2, seed: 1, groups, validation: 0.5 }))).toMatchObject({
      ...attune,
      message: expect.stringMatching(/^kFolds: validation of fold 1: expected at least 2 groups, one per part, got 1/),
    });
    expect(failure(() => kFolds({ folds: 2, seed: 1, length: 2, validation: 0.5 }))).toMatchObject({
      ...attune,
      message: expect.stringMatching(/^kFolds: validation of fold 1: expected enough examples for 2 parts, got 1/),
    });
  });
});

it('refuses names that are no options, and classes that are none, by their index', () => {
  const good = { folds: 2, seed: 1 };
  expect(() => kFolds({ ...good, length: 10, nSplits: 5 } as never)).toThrow(
    'kFolds: expected known options, got nSplits; did you mean folds?',
  );
  expect(() => kFolds({ ...good, labels: ['a', null] } as never)).toThrow('labels[1] expected a string or a number');
});
