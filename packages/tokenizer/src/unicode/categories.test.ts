import { describe, expect, it } from 'vitest';
import { isChinese, isDropped, isNonspacingMark, isPunctuation, isWhitespace } from './categories';

function count(test: (codePoint: number) => boolean): number {
  let total = 0;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) if (test(codePoint)) total++;
  return total;
}

describe('categories', () => {
  it('have as many members as Unicode 8.0', () => {
    expect(count(isNonspacingMark)).toBe(1567);
    expect(count((codePoint) => isPunctuation(codePoint))).toBe(717 + '$+<=>^`|~'.length);
    const privateUse = 6400 + 2 * 65534;
    expect(count(isDropped)).toBe(150 + (65 - '\t\n\r'.length) + privateUse + '\uFFFD'.length);
  });

  it('agree with Unicode 8.0 where later versions do not', () => {
    expect(isNonspacingMark(0x0898)).toBe(false); // Mn since 14.0
    expect(isNonspacingMark(0x1885)).toBe(false); // Mn since 9.0
    expect(isNonspacingMark(0x1734)).toBe(true); // Mc since 14.0
    expect(isDropped(0x08e2)).toBe(false); // Cf since 9.0
    expect(isPunctuation(0x166d)).toBe(true); // So since 12.0
    expect(isPunctuation(0x2e4f)).toBe(false); // Po since 12.0
  });

  it('agree with the engine below U+0300, which no version has touched', () => {
    for (let codePoint = 128; codePoint < 0x300; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      expect(isPunctuation(codePoint), character).toBe(/\p{P}/u.test(character));
      expect(isDropped(codePoint), character).toBe(/[\p{Cc}\p{Cf}]/u.test(character));
      expect(isWhitespace(codePoint), character).toBe(/\p{White_Space}/u.test(character));
    }
  });

  it('counts ASCII symbols as punctuation, and letters and digits not', () => {
    const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    expect(ascii.filter((character) => isPunctuation(character.charCodeAt(0))).join('')).toBe(
      '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    );
  });

  it('knows White_Space', () => {
    expect(count(isWhitespace)).toBe(25);
    expect(isWhitespace(0xfeff)).toBe(false);
    expect(isWhitespace(0x85)).toBe(true);
  });

  it('keeps to the reference’s blocks of Chinese characters', () => {
    expect([0x4dff, 0x4e00, 0x9fff, 0xa000].map(isChinese)).toEqual([false, true, true, false]);
    expect([0x2b81f, 0x2b820, 0x2b91f, 0x2b920].map(isChinese)).toEqual([true, false, false, true]);
    expect(isChinese('あ'.charCodeAt(0))).toBe(false);
    expect(isChinese('한'.charCodeAt(0))).toBe(false);
  });
});
