import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents, equalTextGroups, mergeGroups } from './groups';
import { nearDuplicateGroups } from './near-duplicates';

/** Components by flooding, the obvious way. */
function flooded(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const component = new Array<number>(count).fill(-1);
  let next = 0;
  for (let start = 0; start < count; start++) {
    if (component[start] !== -1) continue;
    const open = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      component[node] = next;
      for (const [a, b] of edges) {
        if (a === node && component[b] === -1) open.push(b);
        if (b === node && component[a] === -1) open.push(a);
      }
    }
    next++;
  }
  return component;
}

describe('connectedComponents', () => {
  it('equals flooding on any graph', () => {
    const node = fc.integer({ min: 0, max: 11 });
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node), { maxLength: 20 }), (edges) => {
        expect([...connectedComponents(12, edges)]).toEqual(flooded(12, edges));
      }),
    );
  });

  it('refuses edges to nowhere', () => {
    expect(() => connectedComponents(2, [[0, 2]])).toThrow('expected nodes from 0 to 1, got 2');
    expect(() => connectedComponents(2, [[-1, 0]])).toThrow(RangeError);
  });
});

describe('equalTextGroups', () => {
  it('ignores case and white space', () => {
    expect([...equalTextGroups(['Senior  Welder', 'Cook', ' senior welder\n', 'cook', 'Cook.'])]).toEqual([
      0, 1, 0, 1, 2,
    ]);
  });
});

describe('mergeGroups', () => {
  it('joins groups that share an example in either', () => {
    expect([...mergeGroups(['a', 'a', 'b', 'b', 'c'], [1, 2, 2, 3, 4])]).toEqual([0, 0, 0, 0, 1]);
  });

  it('says both lengths', () => {
    expect(() => mergeGroups([1], [1, 2])).toThrow('got 1 and 2');
  });
});

describe('nearDuplicateGroups', () => {
  it('joins equal sets of words anywhere and similar ones within a code', () => {
    const texts = [
      'Bean farming, dry',
      'dry BEAN farming',
      'Bean farming, dry, organic',
      'Bean farming, dry, organic',
      'Tax law',
    ];
    expect([...nearDuplicateGroups(texts, { within: ['1', '2', '1', '3', '1'] })]).toEqual([0, 0, 0, 0, 1]);
    expect([...nearDuplicateGroups(texts.slice(0, 3), { within: ['1', '2', '2'], jaccard: 1 })]).toEqual([0, 0, 1]);
  });

  it('joins at exactly the threshold', () => {
    const within = [1, 1];
    expect([...nearDuplicateGroups(['a b c d', 'a b c e'], { within })]).toEqual([0, 0]);
    expect([...nearDuplicateGroups(['a b c d', 'a b c e'], { within, jaccard: 0.61 })]).toEqual([0, 1]);
    expect([...nearDuplicateGroups(['a b c', 'a d e'], { within })]).toEqual([0, 1]);
  });

  it('finds, without a code, what comparing all pairs finds', () => {
    const word = fc.constantFrom(...'abcdefgh');
    const texts = fc.array(
      fc.array(word, { maxLength: 7 }).map((words) => words.join(' ')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(0.3, 0.5, 0.6, 0.75, 1), (all, jaccard) => {
        const within = all.map(() => 'one');
        expect(nearDuplicateGroups(all, { jaccard })).toEqual(nearDuplicateGroups(all, { within, jaccard }));
      }),
    );
  });

  it('refuses unequal lengths and thresholds out of range', () => {
    expect(() => nearDuplicateGroups(['a'], { within: [] })).toThrow('got 0 for 1 texts');
    expect(() => nearDuplicateGroups(['a'], { within: [1], jaccard: 0 })).toThrow(RangeError);
  });
});
