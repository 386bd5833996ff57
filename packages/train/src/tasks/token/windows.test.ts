import { tokenizerFromVocab } from '@attune/tokenizer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultStride, wordWindows } from './windows';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', '##c', '##d', '.'];
const tokenizer = tokenizerFromVocab(vocabulary.join('\n'), { lowercase: true });
const sentences = fc.array(fc.constantFrom('a', 'b', 'acd', 'bcccc', '.', '\u200d', 'acdcdcdcdcd'), { maxLength: 30 });
const windowed = fc
  .record({ words: sentences, maxLength: fc.integer({ min: 3, max: 20 }), part: fc.nat(100) })
  .map(({ words, maxLength, part }) => ({ words, maxLength, stride: part % (maxLength - 2) }));

describe('wordWindows', () => {
  it("cuts where the tokenizer's own overflow does", () => {
    fc.assert(
      fc.property(windowed, ({ words, maxLength, stride }) => {
        const own = tokenizer.encodeWords(words, { truncation: { maxLength, stride }, padding: false });
        const windows = wordWindows(words, { tokenizer, maxLength, stride });
        const expected = [own, ...own.overflowing];
        expect(windows.map(({ ids }) => [...ids])).toEqual(expected.map(({ ids }) => [...ids]));
        expect(windows.map(({ wordIds }) => [...wordIds])).toEqual(expected.map(({ wordIds }) => [...wordIds]));
      }),
    );
  });

  it('reads every word that has a token once, in order, off its first token where it has the most context', () => {
    fc.assert(
      fc.property(windowed, ({ words, maxLength, stride }) => {
        const windows = wordWindows(words, { tokenizer, maxLength, stride });
        const whole = tokenizer.encodeWords(words, { truncation: false, padding: false });
        const count = whole.ids.length - 2;
        const firsts = [...whole.wordIds.keys()].filter(
          (i) => whole.wordIds[i] >= 0 && whole.wordIds[i] !== whole.wordIds[i - 1],
        );
        const reads = windows.flatMap(({ ids, reads: own }, w) =>
          Array.from(own, (place) => ({ w, size: ids.length - 2, token: w * (maxLength - 2 - stride) + place - 1 })),
        );
        expect(reads.map(({ token }) => token + 1)).toEqual(firsts);
        for (const { w, token } of reads) {
          const contexts = windows.map(({ ids }, k) => {
            const start = k * (maxLength - 2 - stride);
            const end = start + ids.length - 2;
            if (token < start || token >= end) return -1;
            const [left, right] = [start === 0 ? 1e9 : token - start, end === count ? 1e9 : end - 1 - token];
            return Math.min(left, right);
          });
          expect(w).toBe(contexts.indexOf(Math.max(...contexts)));
        }
      }),
    );
  });

  it('is one window where the sentence fits', () => {
    const [only, ...more] = wordWindows(['acd', 'b'], { tokenizer, maxLength: 6, stride: 1 });
    expect([[...only.ids], [...only.reads], more.length]).toEqual([[2, 5, 7, 8, 6, 3], [1, 4], 0]);
    expect(wordWindows([], { tokenizer, maxLength: 6, stride: 1 }).map(({ ids }) => [...ids])).toEqual([[2, 3]]);
  });

  it('says which strides there are', () => {
    for (const stride of [-1, 4, 1.5])
      expect(() => wordWindows(['a'], { tokenizer, maxLength: 6, stride })).toThrow(
        'stride: expected an integer from 0 to 3',
      );
    expect([3, 4, 128, 512].map(defaultStride)).toEqual([0, 1, 32, 128]);
    expect(() => wordWindows(['a'], { tokenizer, maxLength: 2, stride: 0 })).toThrow('maxLength expected room');
  });
});
