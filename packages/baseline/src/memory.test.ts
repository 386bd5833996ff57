import { describe, expect, it } from 'vitest';
import { trainBaseline } from './baseline';
import { baselineBytes } from './memory';

/** Texts of words of their own, so that there are about as many terms as words. */
const textsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => `word${2 * i} word${2 * i + 1} class${i % 40}`);

describe('baselineBytes', () => {
  it('counts thirty vectors of terms and classes, and the matrix', () => {
    const texts = ['one two', 'two three', 'three four four'];
    const [terms, values] = [4, 6];
    const fixed = 75 * values + 200 * terms;
    expect(baselineBytes(texts, { classes: 3 })).toBe(30 * 8 * (terms + 1) * 3 + fixed);
    expect(baselineBytes(texts, { classes: 2 })).toBe(30 * 8 * (terms + 1) + fixed);
    expect(baselineBytes(texts, { classes: 2, ngramRange: [1, 2] })).toBeGreaterThan(
      baselineBytes(texts, { classes: 2 }),
    );
  });

  it('is at least what the vectors of a training come to', () => {
    const texts = textsOf(1200);
    const sizes: number[] = [];
    const plain = globalThis.Float64Array;
    const counting = new Proxy(plain, {
      construct(target, [length, ...rest], own) {
        if (typeof length === 'number') sizes.push(8 * length);
        return Reflect.construct(target, [length, ...rest], own);
      },
    });
    globalThis.Float64Array = counting;
    try {
      trainBaseline(
        texts,
        texts.map((_, i) => `class${i % 40}`),
      );
    } finally {
      globalThis.Float64Array = plain;
    }
    const largest = Math.max(...sizes); // a vector
    expect(largest).toBeGreaterThan(8 * 2400 * 40);
    const bytes = baselineBytes(texts, { classes: 40 });
    expect(bytes).toBeGreaterThan(30 * largest);
    expect(bytes).toBeLessThan(33 * largest);
  });
});
