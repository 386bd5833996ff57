import { describe, expect, it } from 'vitest';
import { bertNormalizer } from '../normalizer/bert';
import { type AddedToken, addedTokenMatchers } from './added-tokens';

const normalizer = bertNormalizer({ cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true });

const token = (id: number, content: string, flags: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  special: false,
  singleWord: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  ...flags,
});

function found(tokens: AddedToken[], text: string): string[] {
  const { original } = addedTokenMatchers(tokens, normalizer);
  return original(text).map(({ start, end }) => text.slice(start, end));
}

/** The cases are those of the reference's own tests (`added_vocabulary.rs`). */
describe('addedTokenMatchers', () => {
  it('finds the leftmost, then the longest', () => {
    const tokens = [token(0, 'ab'), token(1, 'abc'), token(2, 'bcd'), token(3, '.*')];
    expect(found(tokens, 'abcd bcd ab .*')).toEqual(['abc', 'bcd', 'ab', '.*']);
  });

  it('takes whitespace along', () => {
    const tokens = [token(0, '<mask>', { lstrip: true, rstrip: true, singleWord: true })];
    expect(found(tokens, 'Hi <mask> there\t<mask>\t<mask>\u2000')).toEqual([' <mask> ', '\t<mask>\t', '<mask>\u2000']);
  });

  it('finds a single word only where no word character touches it', () => {
    const tokens = [token(0, '<mask>', { singleWord: true })];
    expect(found(tokens, '<mask> My name <mask> A<mask> <mask>ony <mask>')).toEqual(['<mask>', '<mask>', '<mask>']);
    expect(found(tokens, '<mask>, <mask>- ◌̰<mask>')).toEqual(['<mask>', '<mask>']);
    expect(found(tokens, '<mask>𝐚 _<mask>')).toEqual([]);
  });

  it('looks for a normalized token, normalized, in the normalized text', () => {
    const { original, normalized } = addedTokenMatchers([token(7, 'Café', { normalized: true })], normalizer);
    expect(original('Café cafe')).toEqual([]);
    expect(normalized('the cafe')).toEqual([{ id: 7, start: 4, end: 8 }]);
  });

  it('finds nothing where there are no tokens', () => {
    expect(found([], 'text')).toEqual([]);
  });
});
