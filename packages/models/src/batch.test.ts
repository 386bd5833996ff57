import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSequences } from './batch';

const sequences = fc.array(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 20,
});

describe('packSequences', () => {
  it('lays every sequence down once, whole, positions restarting', () => {
    fc.assert(
      fc.property(
        sequences,
        fc.integer({ min: 12, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (all, rowLength, rowMultiple) => {
          const packed = packSequences(
            all.map((ids) => ({ ids, typeIds: ids.map((id) => id % 2) })),
            { rowLength, rowMultiple },
          );
          const [rows, length] = packed.sequenceIds.shape;
          expect([length, rows % rowMultiple, packed.inputIds.shape]).toEqual([rowLength, 0, [rows * length]]);
          all.forEach((ids, i) => {
            const start = packed.reads.data[i];
            const own = (tensor: { data: ArrayLike<number> }) =>
              Array.from(tensor.data).slice(start, start + ids.length);
            expect(own(packed.inputIds)).toEqual(ids);
            expect(own(packed.tokenTypeIds)).toEqual(ids.map((id) => id % 2));
            expect(own(packed.positionIds)).toEqual([...ids.keys()]);
            expect(own(packed.sequenceIds)).toEqual(ids.map(() => i));
            expect(Math.floor(start / rowLength)).toBe(Math.floor((start + ids.length - 1) / rowLength)); // one row
          });
          const real = all.reduce((total, ids) => total + ids.length, 0);
          expect(Array.from(packed.sequenceIds.data).filter((id) => id === -1)).toHaveLength(rows * length - real);
        },
      ),
    );
  });

  it('fills rows: texts of 5 tokens, three to a row of 16', () => {
    const packed = packSequences(
      Array.from({ length: 9 }, () => ({ ids: [1, 2, 3, 4, 5] })),
      { rowLength: 16 },
    );
    expect(packed.sequenceIds.shape).toEqual([3, 16]);
  });

  it('takes of several lengths of rows the one that leaves the fewest places empty, of equal ones the shortest', () => {
    const rowsOf = (lengths: readonly number[], rowLength: readonly number[]) =>
      packSequences(
        lengths.map((length) => ({ ids: new Int32Array(length) })),
        { rowLength },
      ).sequenceIds.shape;
    expect(rowsOf([5, 5, 5], [8, 16, 10])).toEqual([1, 16]);
    expect(rowsOf([5, 5, 5, 5], [16, 10, 20])).toEqual([2, 10]);
    expect(rowsOf([11, 2], [8, 16])).toEqual([1, 16]);
    expect(() => rowsOf([17], [8, 16])).toThrow('sequence 0 has 17 tokens, a row takes 1 to 16');
  });

  it('pads the remainder and the reads of a smaller batch', () => {
    const packed = packSequences([{ ids: [7, 8] }], { rowLength: 4, padTokenId: 9, minimumReads: 3 });
    expect([...packed.inputIds.data]).toEqual([7, 8, 9, 9]);
    expect([...packed.reads.data]).toEqual([0, 0, 0]);
    expect([...packed.readSequenceIds.data]).toEqual([0, 1, 2]);
  });

  it('refuses what does not fit', () => {
    expect(() => packSequences([], { rowLength: 4 })).toThrow('at least one sequence');
    expect(() => packSequences([{ ids: [1] }, { ids: [] }], { rowLength: 4 })).toThrow('sequence 1 has 0 tokens');
    expect(() => packSequences([{ ids: [1, 2, 3, 4, 5] }], { rowLength: 4 })).toThrow(
      'sequence 0 has 5 tokens, a row takes 1 to 4',
    );
  });
});
