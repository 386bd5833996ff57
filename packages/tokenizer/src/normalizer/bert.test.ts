import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNonStarter } from '../unicode/normalization';
import { bertNormalizer, decomposeInOrder } from './bert';

const uncasedOptions = { cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true };
const uncased = bertNormalizer(uncasedOptions);
const lowerOnly = bertNormalizer({ ...uncasedOptions, stripAccents: false });

/** Each character of the result with the part of the original it stands for. */
function aligned(normalizer: typeof uncased, text: string): [string, string][] {
  const { text: normalized, starts, ends } = normalizer.normalize(text);
  let unit = 0;
  return Array.from(normalized, (character) => {
    const pair: [string, string] = [character, text.slice(starts[unit], ends[unit])];
    unit += character.length;
    return pair;
  });
}

describe('bertNormalizer', () => {
  it('drops controls, makes whitespace a space, and keeps what is unassigned', () => {
    expect(uncased.normalize('a\u0000\u200bb\tc\u3000d\ufffde\u0378').text).toBe('ab c de\u0378');
  });

  it('strips accents, composed or not, and says where each letter was', () => {
    expect(aligned(uncased, 'É\u0301a')).toEqual([
      ['e', 'É'],
      ['a', 'a'],
    ]);
  });

  it('gives every part of a decomposed syllable the whole syllable', () => {
    expect(aligned(uncased, '한')).toEqual([
      ['ᄒ', '한'],
      ['ᅡ', '한'],
      ['ᆫ', '한'],
    ]);
  });

  it('sets spaces around Chinese characters', () => {
    expect(uncased.normalize('a中𠀀b').text).toBe('a 中  𠀀 b');
    expect(bertNormalizer({ ...uncasedOptions, handleChineseChars: false }).normalize('a中b').text).toBe('a中b');
  });

  it('lower-cases letter by letter', () => {
    expect(lowerOnly.normalize('ΑΣ').text).toBe('ασ');
    expect(aligned(lowerOnly, 'İA')).toEqual([
      ['i', 'İ'],
      ['\u0307', 'İ'],
      ['a', 'A'],
    ]);
  });

  it('keeps a mark that is newer than the reference’s tables', () => {
    expect(uncased.normalize('a\u0898\u0301').text).toBe('a\u0898');
  });

  it('lets no mark pass one that is newer than the reference’s tables', () => {
    expect(aligned(uncased, 'a\u1df6\u0323\u302eb')).toEqual([
      ['a', 'a'],
      ['\u1df6', '\u1df6'],
      ['\u302e', '\u302e'],
      ['b', 'b'],
    ]);
  });

  it('tells a surviving mark that its neighbors leave in its place from one that may move', () => {
    const stem = '\u{1d165}'; // class 216
    expect(uncased.normalizeCodePoint(0x1d165)).toBeUndefined();
    expect(uncased.normalizeAmong(`A${stem}中`, 1)).toBe(stem);
    expect(uncased.normalizeAmong(stem, 0)).toBe(stem);
    for (const text of [`A${stem}\u0301`, `é${stem}`, `a${stem}é`, `a${stem}\u0000`, `a${stem}\ud800`]) {
      expect(uncased.normalizeAmong(text, 1), JSON.stringify(text)).toBeUndefined();
    }
  });

  it('forgets what it remembers, and is right again', () => {
    const normalizer = bertNormalizer(uncasedOptions);
    const syllables = Array.from({ length: 11172 }, (_, i) => String.fromCodePoint(0xac00 + i)).join('');
    const letters = Array.from({ length: 0x3000 }, (_, i) => String.fromCodePoint(0xa0 + i)).join('');
    for (const text of [syllables, letters, syllables]) normalizer.normalize(text);
    expect(normalizer.normalize(syllables).text).toBe(syllables.normalize('NFD'));
  });

  it('aligns combining characters that trade places as the reference does: by place', () => {
    // U+302E (class 224) goes before U+0301 (class 230), so it takes the place of U+0301, which is stripped.
    expect(aligned(uncased, 'a\u0301\u302eb')).toEqual([
      ['a', 'a'],
      ['\u302e', '\u0301'],
      ['b', 'b'],
    ]);
  });

  it('equals NFD, stripped and lower-cased as a whole', () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !/[\p{C}\p{Z}\p{Mn}\p{Lu}\p{Lt}]/u.test(text));
    const normalizer = bertNormalizer({ ...uncasedOptions, lowercase: false, handleChineseChars: false });
    fc.assert(
      fc.property(plain, (text) => {
        expect(normalizer.normalize(text).text).toBe(text.normalize('NFD').replace(/\p{Mn}/gu, ''));
      }),
    );
  });
});

describe('decomposeInOrder', () => {
  it('gives the characters of NFD', () => {
    const marks = fc.string({
      unit: fc.constantFrom('a', 'é', '\u0301', '\u0323', '\u0334', '\u302e', '한', '\u0344'),
    });
    fc.assert(
      fc.property(marks, (text) => {
        const starts = Int32Array.from(text, (_, i) => i);
        const source = { text, starts, ends: starts.map((start) => start + 1) };
        const characters = decomposeInOrder(source);
        expect(characters.map(({ character }) => character).join('')).toBe(text.normalize('NFD'));
        const places = characters.map(({ start }) => start);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });
});

describe('isNonStarter', () => {
  it('tells combining classes other than 0', () => {
    expect(['\u0301', '\u0334', '\u0323', '\u302e', '\u094d'].map(isNonStarter)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(['a', '中', '\u0903', '\u20dd'].map(isNonStarter)).toEqual([false, false, false, false]);
  });
});

describe('marks that are newer than the reference', () => {
  it('stay where they are, and what is around them too', () => {
    expect(aligned(uncased, 'é\u0347\u1ac8e')).toEqual([
      ['e', 'é'],
      ['\u1ac8', '\u1ac8'],
      ['e', 'e'],
    ]);
    expect(uncased.normalize('\u{16127}').text).toBe('\u{16127}');
  });
});
