import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { failure } from '../../test/failure';
import { describeWithShared } from '../../test/shared';
import { generatePostings } from '../generator/generate-postings';
import { parseCsv } from '../readers/csv';
import { matchTerms } from '../spans/match-terms';
import { copiesIn, leakageReport } from './leakage';
import { nearDuplicateGroups } from './near-duplicates';
import { split, takeRows } from './split';

interface Golden {
  class_counts: number[];
  test_size: number;
  splits?: { train: number[]; test: number[] }[];
}

function labelsFrom(counts: readonly number[]): number[] {
  return counts.flatMap((count, label) => new Array<number>(count).fill(label));
}

function countsOf(part: Int32Array, labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const example of part) counts[labels[example]]++;
  return counts;
}

describeWithShared('goldens/sklearn/stratified.json', 'split against StratifiedShuffleSplit', (path) => {
  const cases: Golden[] = JSON.parse(readFileSync(path, 'utf8'));
  it.each(cases.filter(({ splits }) => splits))(
    '$class_counts at $test_size',
    ({ class_counts, test_size, splits }) => {
      const labels = labelsFrom(class_counts);
      const test = test_size < 1 ? test_size : test_size / labels.length;
      const outcomes = new Set<string>();
      for (let seed = 0; seed < 40; seed++) {
        const { parts } = split({ labels, fractions: [1 - test, test], seed });
        const counts = parts.map((part) => countsOf(part, labels, class_counts.length));
        expect(splits).toContainEqual({ train: counts[0], test: counts[1] });
        outcomes.add(counts.join('|'));
      }
      expect(outcomes.size).toBe(splits?.length);
    },
  );
});

describe('split', () => {
  const options = { fractions: [0.8, 0.1, 0.1], seed: 42 };

  it('covers every example once, in ascending order, and repeats itself', () => {
    const { parts, warnings } = split({ ...options, length: 100 });
    expect(parts.map((part) => part.length)).toEqual([80, 10, 10]);
    expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    for (const part of parts) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    expect(split({ ...options, length: 100 }).parts).toEqual(parts);
    expect(split({ ...options, length: 100, seed: 43 }).parts).not.toEqual(parts);
    expect(warnings).toEqual([]);
  });

  it('gives every example the same chance of being tested', () => {
    const tested = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const example of split({ length: 10, fractions: [0.8, 0.2], seed }).parts[1]) tested[example]++;
    }
    // Each count is binomial with mean 400 and standard deviation 18.
    for (const count of tested) expect(Math.abs(count - 400)).toBeLessThan(80);
  });

  it('keeps a label with one example in training, and says so', () => {
    const labels = [...labelsFrom([50, 49]), 2];
    for (let seed = 0; seed < 20; seed++) {
      const { parts, warnings } = split({ ...options, labels, seed });
      expect(parts[0]).toContain(99);
      expect(parts.map((part) => part.length)).toEqual([80, 10, 10]);
      expect(warnings).toEqual(['split: 1 label has only one example, kept in training: 2']);
    }
  });

  it('names labels that a part lacks', () => {
    const { warnings } = split({ labels: [...new Array(98).fill('a'), 'b', 'b'], fractions: [0.8, 0.2], seed: 1 });
    expect(warnings).toEqual(['split: 1 label has no example in the test part: "b"']);
  });

  it('meets the stratified counts exactly when every group is one example', () => {
    const labels = labelsFrom([76, 45, 12, 29]);
    const groups = labels.map((_, i) => i);
    const stratified = split({ ...options, labels }).parts.map((part) => countsOf(part, labels, 4));
    expect(split({ ...options, labels, groups }).parts.map((part) => countsOf(part, labels, 4))).toEqual(stratified);
  });

  it('keeps groups whole and every label where its groups suffice, on any data', () => {
    const example = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(fc.array(example, { minLength: 60, maxLength: 120 }), fc.nat(), (examples, seed) => {
        const labels = examples.map(([label]) => label);
        const groups = examples.map(([, group]) => group);
        const { parts } = split({ ...options, labels, groups, seed });
        expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(examples.length);
        const partsOfGroup = new Map<number, Set<number>>();
        for (const [part, members] of parts.entries()) {
          for (const i of members) partsOfGroup.set(groups[i], (partsOfGroup.get(groups[i]) ?? new Set()).add(part));
        }
        for (const inParts of partsOfGroup.values()) expect(inParts.size).toBe(1);
        for (const label of new Set(labels)) {
          const groupCount = new Set(groups.filter((_, i) => labels[i] === label)).size;
          for (const part of [0, 2, 1].slice(0, groupCount)) {
            expect(countsOf(parts[part], labels, 4)[label], `label ${label} in part ${part}`).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  it('puts a rare label into the test part before the validation part', () => {
    // Label 1: three examples in two groups; label 2: two groups of six; label 0: plenty.
    const labels = [...labelsFrom([200, 3]), ...new Array<number>(12).fill(2)];
    const groups = [
      ...Array.from({ length: 200 }, (_, i) => i),
      900,
      900,
      901,
      ...Array.from({ length: 12 }, (_, i) => 1000 + (i % 2)),
    ];
    for (let seed = 0; seed < 20; seed++) {
      const { parts, warnings } = split({ ...options, labels, groups, seed });
      const counts = parts.map((part) => countsOf(part, labels, 3));
      expect(counts.map(([, rare]) => rare > 0)).toEqual([true, false, true]);
      expect(counts.map(([, , lumpy]) => lumpy)).toEqual([6, 0, 6]);
      expect(warnings).toEqual(['split: 2 labels have no example in the validation part: 1, 2']);
    }
  });

  it('does not let many rare labels swell the test part', () => {
    const labels = Array.from({ length: 1000 }, (_, i) => i >> 1);
    const { parts } = split({ labels, groups: labels.map((_, i) => i), fractions: [0.8, 0.2], seed: 1 });
    expect(parts.map((part) => part.length)).toEqual([800, 200]);
  });

  it('fills every part where each label is in two groups', () => {
    const labels = Array.from({ length: 300 }, (_, i) => Math.floor(i / 10));
    const groups = labels.map((_, i) => Math.floor(i / 5));
    for (let seed = 0; seed < 5; seed++) {
      const sizes = split({ labels, groups, fractions: [0.8, 0.1, 0.1], seed }).parts.map(({ length }) => length);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(30);
      expect(sizes[0]).toBeGreaterThanOrEqual(150); // each label has a group there
    }
  });

  it('keeps the only group of a label in training, and refuses where another part then has none', () => {
    const few = { labels: ['b', 'b', 'b', 'a'], groups: [0, 1, 1, 2] };
    expect(failure(() => split({ ...few, fractions: [0.8, 0.1, 0.1], seed: 42 }))).toMatchObject({
      code: 'DATA_SPLIT',
    });
    const more = { labels: ['b', 'b', 'b', 'b', 'a'], groups: [0, 1, 2, 3, 4] };
    const { parts } = split({ ...more, fractions: [0.8, 0.1, 0.1], seed: 42 });
    expect([parts[0].includes(4), ...parts.slice(1).map(({ length }) => length)]).toEqual([true, 1, 1]);
  });

  it('spreads large groups over the parts', () => {
    const groups = Array.from({ length: 1000 }, (_, i) => (i < 500 ? Math.floor(i / 10) : i));
    const [, test] = split({ groups, fractions: [0.8, 0.2], seed: 5 }).parts;
    const large = test.filter((example) => example < 500).length;
    expect(test.length).toBe(200);
    expect(large).toBeGreaterThanOrEqual(80);
    expect(large).toBeLessThanOrEqual(120);
  });

  it('refuses what cannot be divided', () => {
    expect(() => split(options)).toThrow('expected labels, groups or length');
    expect(() => split({ ...options, labels: [1, 2], length: 3 })).toThrow('got 2, 3');
    expect(() => split({ ...options, length: 1.5 })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => split({ ...options, length: 100, seed: -1 })).toThrow(RangeError);
    expect(() => split({ length: 100, fractions: [0.5, 0.4], seed: 1 })).toThrow('sum to 1');
    const attune = { name: 'AttuneError', code: 'DATA_SPLIT' };
    expect(failure(() => split({ ...options, length: 2 }))).toMatchObject(attune);
    expect(failure(() => split({ ...options, labels: ['a', 'b', 'c', 'd'] }))).toMatchObject(attune);
    expect((failure(() => split({ ...options, labels: ['a', 'b', 'c', 'd'] })) as Error).message).toMatch(
      /got 4 of 4 examples whose label occurs once or in one group, .* and too few others \(0\); check that the label column/,
    );
    const rare = Array.from({ length: 50 }, (_, i) => `${i}`);
    expect((failure(() => split({ ...options, labels: [...rare, 'x', 'x'] })) as Error).message).toMatch(
      /got 50 of 52 examples .* and too few others \(2\)/,
    );
    expect(failure(() => split({ ...options, groups: new Array(50).fill('x') }))).toMatchObject({
      ...attune,
      message: expect.stringContaining('expected at least 3 groups, one per part, got 1'),
    });
  });
});

it('takes the same rows of every column, in the order asked for', () => {
  const columns = { texts: ['a', 'b', 'c'], labels: [1, 2, 3] };
  expect(takeRows(columns, Int32Array.of(2, 0))).toEqual({ texts: ['c', 'a'], labels: [3, 1] });
});

it('refuses names that are no options, and classes that are none, by their index', () => {
  const wrong = (options: object) => (failure(() => split(options as never)) as Error).message;
  const good = { fractions: [0.8, 0.2], seed: 1 };
  expect(wrong({ ...good, length: 10, test_size: 0.2 })).toBe(
    'split: expected known options, got test_size; did you mean fractions?',
  );
  expect(wrong({ ...good, length: 10, random_state: 2 })).toMatch(/did you mean seed\?$/);
  expect(wrong({ fractions: [0.8, 0.2], length: 10 })).toBe('split: seed expected a number, got undefined');
  expect(wrong({ ...good, labels: ['a', undefined] })).toBe(
    'split: labels[1] expected a string or a number, got undefined; remove the example, or give it a value',
  );
  expect(wrong({ ...good, groups: [true, false] })).toMatch(/groups\[0\] .*, got true; .*groups\.map\(String\)$/);
});

it('has as many parts as fractions, by its type too', () => {
  const { parts } = split({ length: 10, seed: 1, fractions: [0.8, 0.1, 0.1] });
  expectTypeOf(parts).toEqualTypeOf<[Int32Array, Int32Array, Int32Array]>();
  const fractions: number[] = [0.5, 0.5];
  const some = split({ length: 10, seed: 1, fractions });
  expectTypeOf(some.parts).toEqualTypeOf<Int32Array[]>();
  expect([parts, some.parts].map(({ length }) => length)).toEqual([3, 2]);
});

it.each([
  [{ labels: new Set(['a']) }, 'labels expected an array, got a Set; make one: Array.from(…)'],
  [{ labels: Promise.resolve(['a']) }, 'labels expected an array, got a promise; await it'],
  [{ labels: ['a', 'b'], groups: 'ab' }, 'groups expected an array, got "ab"'],
])('refuses what is no array: %#', (wrong, message) => {
  const options = { fractions: [0.5, 0.5], seed: 1, ...wrong } as never;
  expect(() => split(options)).toThrow(`split: ${message}`);
  expect(() => split(options)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});

it('takes rows of equally long columns only', () => {
  expect(() => takeRows({ texts: ['a', 'b'], labels: ['x'] }, [0])).toThrow(
    'takeRows: expected 2 values in labels, as in texts, got 1; pass columns of the same rows',
  );
  for (const row of [2, -1, 0.5])
    expect(() => takeRows({ texts: ['a', 'b'] }, [0, row])).toThrow(`expected indices from 0 to 1, got ${row}`);
});

it.each<[string, () => unknown, RegExp]>([
  ['nearDuplicateGroups', () => nearDuplicateGroups(['a'], { threshold: 0.1 } as never), /threshold/],
  ['copiesIn', () => copiesIn(['a'], ['a'], { jaccard: 0.1 } as never), /jaccard/],
  ['leakageReport', () => leakageReport({ a: ['a'] }, { jaccard: 0.1 } as never), /jaccard/],
  ['parseCsv', () => parseCsv('a\n1\n', { separator: '|' } as never), /separator/],
  ['matchTerms', () => matchTerms('a', [], { wholeWord: false } as never), /wholeWord.*wholeWords/],
  ['generatePostings', () => generatePostings({ count: 1, noise: 1 } as never), /noise/],
])('%s refuses an unknown option', (name, call, message) => {
  expect(call).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID', message: expect.stringMatching(message) }));
  expect(call).toThrow(new RegExp(`^${name}: `));
});
