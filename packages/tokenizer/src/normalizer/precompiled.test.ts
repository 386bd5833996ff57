import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterMap } from '../../test/character-map';
import { placed } from './aligned-text';
import { readCharacterMap } from './character-map';
import { precompiled } from './precompiled';

const rules = {
  ...{ '\t': ' ', '\n': ' ', '\r': ' ', '\u200b': '', ﬁ: 'fi', '…': '...', Ａ: 'A', 𝐀: 'A', '①': '1' },
  ...{ 'e\u0301': 'é', 'a\u0323': 'ạ', ag: 'never alone', '\u11ab': '', '\u0600': '' },
};
const normalizer = precompiled(readCharacterMap(characterMap(rules), 'normalizer.precompiled_charsmap'));
const plain = (text: string) => normalizer.plain?.(text);

/** Each character of the result with the part of the original it stands for. */
function aligned(text: string): [string, string][] {
  const { text: result, starts, ends } = placed(normalizer.normalize(text));
  let unit = 0;
  return Array.from(result, (character) => {
    const pair: [string, string] = [character, text.slice(starts[unit], ends[unit])];
    unit += character.length;
    return pair;
  });
}

describe('precompiled', () => {
  it.each([
    ['a\tb\nc', 'a b c'],
    ['ﬁrst…', 'first...'],
    ['Ａ𝐀①', 'AA1'],
    ['no\u200bspace', 'nospace'],
    ['plain text', 'plain text'],
    ['', ''],
  ])('maps characters: %j', (text, result) => expect(plain(text)).toBe(result));

  /** As the reference: what follows the shortest key in a cluster of up to 5 bytes is dropped. */
  it.each([
    ['e\u0301', 'é'],
    ['e\u0301\u0302', 'é'],
    ['e\u0301\u0302\u0303', 'e\u0301\u0302\u0303'],
    ['\r\n', ' '],
    ['\t\u0301', ' \u0301'],
    ['\ta\u0301', ' a\u0301'],
    ['xe\u0301x', 'xéx'],
    ['①\u0301', '1'],
    ['\u0600a', ''],
    ['ag', 'ag'],
    ['\u1112\u1161\u11ab\u0301', '\u1112\u1161\u0301'],
    ['\u11ab\u0301', ''],
  ])('looks up grapheme clusters: %j', (text, result) => expect(plain(text)).toBe(result));

  it('aligns what it maps', () => {
    expect(aligned('aﬁb')).toEqual([
      ['a', 'a'],
      ['f', 'ﬁ'],
      ['i', 'ﬁ'],
      ['b', 'b'],
    ]);
    expect(aligned('x𝐀e\u0301')).toEqual([
      ['x', 'x'],
      ['A', '𝐀'],
      ['é', 'e'],
    ]);
    expect(aligned('𠀀\ta')).toEqual([
      ['𠀀', '𠀀'],
      [' ', '\t'],
      ['a', 'a'],
    ]);
  });

  /** What is dropped belongs to the character before it, and is not counted where there is none. */
  it('aligns what comes after something dropped as the reference does', () => {
    expect(aligned('a\u200bbc')).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
    expect(aligned('\u200bbc')).toEqual([
      ['b', '\u200b'],
      ['c', 'b'],
    ]);
  });

  it('gives the same text with alignment and without, with places within the original', () => {
    const character = fc.constantFrom(
      'a',
      'e',
      '\u0301',
      '\u0323',
      ' ',
      '\t',
      '\r',
      '\n',
      'ﬁ',
      '𝐀',
      '한',
      '\u11ab',
      '\u200d',
      '©',
      '\u200b',
    );
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        const { text: result, starts, ends } = placed(normalizer.normalize(text));
        expect(result).toBe(plain(text));
        expect(starts.length).toBe(result.length);
        expect([...starts, ...ends].every((place) => place >= 0 && place <= text.length)).toBe(true);
      }),
    );
  });
});
