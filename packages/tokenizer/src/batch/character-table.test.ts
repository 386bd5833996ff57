import { describe, expect, it } from 'vitest';
import { bertNormalizer } from '../normalizer/bert';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { apart, characterTable, dropped, letter, space } from './character-table';

const uncased = { cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true };
const cased = { ...uncased, stripAccents: false, lowercase: false };

describe('characterTable', () => {
  it.each([
    ['uncased', uncased],
    ['cased', cased],
    ['without Chinese characters', { ...uncased, handleChineseChars: false }],
    ['without cleaning', { ...cased, cleanText: false }],
  ])('says of every code point what its normalization does, %s', (_, options) => {
    const normalizer = bertNormalizer(options);
    const { kindOf, letters } = characterTable(normalizer, new Set());
    const wrong: number[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if (codePoint === 0xd800) codePoint = 0xe000;
      const normalized = normalizer.normalizeCodePoint(codePoint);
      const kind = kindOf(codePoint);
      if (kind === dropped ? normalized !== '' : !isRight(kind, letters[codePoint], codePoint, normalized)) {
        wrong.push(codePoint);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function isRight(kind: number, unit: number, codePoint: number, normalized: string | undefined): boolean {
  const result = codePoint > 0xffff ? codePoint : unit;
  const character = String.fromCodePoint(result);
  if (kind === letter) return normalized === character && !isPunctuation(result) && !isWhitespace(result);
  if (kind === space) return isWhitespace(result) && (normalized === ' ' || normalized === character);
  if (kind === apart) return normalized === ` ${character} ` || (normalized === character && isPunctuation(result));
  return normalized === undefined || (normalized !== '' && normalized !== character);
}
