import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSequences } from './batch';
import { nextTokens, selectLabeled, selectTokens } from './select-tokens';

const packed = packSequences([{ ids: [2, 7, 9, 3] }, { ids: [2, 8, 3] }], { rowLength: 8 });

describe('selectTokens', () => {
  it('reads the tokens asked for, wherever their sequence lies', () => {
    const sequences = fc.array(
      fc
        .array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 12 })
        .chain((ids) => fc.record({ ids: fc.constant(ids), positions: fc.subarray([...ids.keys()]) })),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(sequences, fc.integer({ min: 12, max: 30 }), (all, rowLength) => {
        fc.pre(all.some(({ positions }) => positions.length > 0));
        const batch = selectTokens(
          packSequences(all, { rowLength }),
          all.map(({ positions }) => positions),
        );
        const expected = all.flatMap(({ ids, positions }, i) => positions.map((at) => [i, at, i, ids[at]]));
        const [reads, sequenceIds, positionIds] = [batch.reads, batch.readSequenceIds, batch.readPositionIds];
        const got = Array.from(reads.data as Int32Array, (token, i) => [
          sequenceIds.data[i],
          positionIds.data[i],
          batch.sequenceIds.data[token],
          batch.inputIds.data[token],
        ]);
        expect(got).toEqual(expected);
        expect(Array.from(reads.data as Int32Array, (token) => batch.positionIds.data[token])).toEqual([
          ...positionIds.data,
        ]);
      }),
    );
  });

  it('fills up to a shape with the first token', () => {
    const batch = selectTokens(packed, [[2], [1]], { minimumReads: 3, readMultiple: 2 });
    expect([...batch.reads.data]).toEqual([2, 5, 2, 2]);
    expect([...batch.readSequenceIds.data]).toEqual([0, 1, 0, 0]);
    expect([...batch.readPositionIds.data]).toEqual([2, 1, 2, 2]);
  });

  it('reads a batch that reads other tokens already', () => {
    expect(selectTokens(selectTokens(packed, [[], [2]]), [[0], [1]])).toEqual(selectTokens(packed, [[0], [1]]));
  });

  it('refuses what is not there', () => {
    expect(() => selectTokens(packed, [[1]])).toThrow('expected a list of positions for each of 2 sequences, got 1');
    expect(() => selectTokens(packed, [[1], [3]])).toThrow('sequence 1 has 3 tokens, got position 3; pass 0 to 2');
    expect(() => selectTokens(packed, [[0.5], []])).toThrow('got position 0.5');
    expect(() => selectTokens(packed, [[], []])).toThrow('expected at least one token to read, got none');
    expect(() => selectTokens(packed, [[1], []], { readMultiple: 0 })).toThrow('readMultiple expected an integer ≥ 1');
  });
});

describe('selectLabeled', () => {
  it('reads the labeled tokens, with their labels, and weighs nothing that fills up', () => {
    const labels = [
      [-100, 4, 0, -100],
      [-100, 1, -100],
    ];
    const batch = selectLabeled(packed, labels, { readMultiple: 4 });
    expect([...batch.reads.data]).toEqual([1, 2, 5, 1]);
    expect([...batch.labels.data]).toEqual([4, 0, 1, -100]);
    expect([...batch.weights.data]).toEqual([1, 1, 1, 0]);
  });

  it('refuses another number of labels than tokens', () => {
    expect(() => selectLabeled(packed, [[1, 2, 3], []])).toThrow('sequence 0 has 4 tokens, got 3 labels');
    expect(() => selectLabeled(packed, [[1, 2, 3, 4]])).toThrow(
      'expected a list of positions for each of 2 sequences, got 1',
    );
  });
});

it("gives each token the next one's label, and the last none", () => {
  expect([...nextTokens([1, 403, -100, 407])]).toEqual([403, -100, 407, -100]);
  expect([...nextTokens(Int32Array.of(5))]).toEqual([-100]);
  expect([...nextTokens([])]).toEqual([]);
});
