import { describe, expect, it } from 'vitest';
import { bertNormalizer } from '../normalizer/bert';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { APART, characterTable, DROPPED, LETTER, SPACE } from './character-table';

const UNCASED = { cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true };
const CASED = { ...UNCASED, stripAccents: false, lowercase: false };

describe('characterTable', () => {
  it.each([
    ['uncased', UNCASED],
    ['cased', CASED],
    ['without Chinese characters', { ...UNCASED, handleChineseChars: false }],
    ['without cleaning', { ...CASED, cleanText: false }],
  ])('says of every code point what its normalization does, %s', (_, options) => {
    const normalizer = bertNormalizer(options);
    const { kindOf, letters } = characterTable(normalizer, new Set());
    const wrong: number[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if (codePoint === 0xd800) codePoint = 0xe000;
      const normalized = normalizer.normalizeCodePoint(codePoint);
      const kind = kindOf(codePoint);
      if (kind === DROPPED ? normalized !== '' : !isRight(kind, letters[codePoint], codePoint, normalized)) {
        wrong.push(codePoint);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function isRight(kind: number, unit: number, codePoint: number, normalized: string | undefined): boolean {
  const letter = codePoint > 0xffff ? codePoint : unit;
  const character = String.fromCodePoint(letter);
  if (kind === LETTER) return normalized === character && !isPunctuation(letter) && !isWhitespace(letter);
  if (kind === SPACE) return isWhitespace(letter) && (normalized === ' ' || normalized === character);
  if (kind === APART) return normalized === ` ${character} ` || (normalized === character && isPunctuation(letter));
  return normalized === undefined || (normalized !== '' && normalized !== character);
}
