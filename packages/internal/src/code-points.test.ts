import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './code-points';

describe('compareCodePoints', () => {
  it('puts a character past U+FFFF after U+FF5E, where UTF-16 order does not', () => {
    expect(['～', '𝐀', 'b', 'ab', 'a'].sort(compareCodePoints)).toEqual(['a', 'ab', 'b', '～', '𝐀']);
  });

  it('orders as the lists of code points do', () => {
    const points = (text: string) => Array.from(text, (character) => character.codePointAt(0)!);
    const byPoints = (a: number[], b: number[]) => {
      const i = a.findIndex((point, index) => point !== b[index]);
      return i >= 0 && i < b.length ? a[i] - b[i] : a.length - b.length;
    };
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ue000', '～', '𝐀', '🚀') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(byPoints(points(a), points(b))));
      }),
    );
  });
});
