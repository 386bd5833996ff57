import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntList } from './int-list';
import { mergeFew, mergeMany, PairRanks, type Symbols } from './merge-symbols';

function symbolsOf(ids: ArrayLike<number>): Symbols {
  const symbols = { ids: new IntList(1), lengths: new IntList(1), ranks: new IntList(1) };
  symbols.ids.append(ids);
  symbols.lengths.append(new Int32Array(ids.length).fill(1));
  return symbols;
}

const plain = ({ ids, lengths }: Symbols) => ({ ids: [...ids.toArray()], lengths: [...lengths.toArray()] });

describe('mergeSymbols', () => {
  it('merges the same with a queue as looking at all pairs for every merge', () => {
    const id = fc.integer({ min: 0, max: 5 });
    const pair = fc.tuple(id, id);
    fc.assert(
      fc.property(
        fc.uniqueArray(pair, { maxLength: 12, selector: String }),
        fc.array(id, { maxLength: 60 }),
        (merges, ids) => {
          const pairs = new PairRanks(merges.map(([left, right], rank) => [left, right, 6 + rank]));
          const few = symbolsOf(ids);
          const many = symbolsOf(ids);
          mergeFew(few, pairs);
          mergeMany(many, pairs);
          expect(plain(many)).toEqual(plain(few));
          expect(plain(many).lengths.reduce((sum, length) => sum + length, 0)).toBe(ids.length);
        },
      ),
    );
  });

  it('takes the lowest rank first, of equals the leftmost', () => {
    const pairs = new PairRanks([
      [1, 2, 4],
      [0, 1, 3],
      [0, 0, 5],
    ]);
    const symbols = symbolsOf([0, 1, 2, 0, 0, 0]);
    mergeMany(symbols, pairs);
    expect(plain(symbols)).toEqual({ ids: [0, 4, 5, 0], lengths: [1, 2, 2, 1] });
  });

  it('merges a million symbols in no more than seconds', () => {
    const pairs = new PairRanks([
      [0, 0, 1],
      [1, 1, 2],
      [2, 2, 3],
    ]);
    const seconds = (count: number) => {
      const start = performance.now();
      mergeMany(symbolsOf(new Int32Array(count)), pairs);
      return (performance.now() - start) / 1000;
    };
    expect(seconds(1_000_000)).toBeLessThan(10); // a quadratic merge takes minutes
  });
});
