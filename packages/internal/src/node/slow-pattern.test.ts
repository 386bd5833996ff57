import { describe, expect, it } from 'vitest';
import { isHarmless, slowPattern } from './slow-pattern';

/** The split pattern of GPT-4o, which is read as a regular expression. */
const gpt4o = [
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?:'[sS]|'[tT])?",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?:'[sS]|'[tT])?",
  '\\p{N}{1,3}',
  ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n\\/]*',
  '\\s*[\\r\\n]+',
  '\\s+(?!\\S)',
  '\\s+',
].join('|');

describe('slowPattern', () => {
  it.each(['(?:q+)+z', '(?:q|qq)+z', '\\p{L}*\\p{L}*\\p{L}*!', '(?:[a-z]*,?)*;'])(
    'finds %s, which backtracks without an end in sight',
    async (source) => {
      expect(await slowPattern(['\\s+', source], { seconds: 2 })).toBe(source);
    },
  );

  it('takes what others split words by', async () => {
    expect(await slowPattern([gpt4o, '(?:a|b)+c', '\\s*[\\r\\n]+', '[^\\S\\n]+|\\n'], { seconds: 60 })).toBeUndefined();
  });

  it('tries none where nothing can backtrack far', () => {
    const harmless = ['\\p{N}{1,3}', '\\s+|\\S', '[*+]{2}', '\\(+|a(?:b|c)d*', ' ?\\w+| ?[^\\w\\s]+', '\\s+(?!\\S)'];
    expect(harmless.filter((source) => !isHarmless(source))).toEqual([]);
    const others = ['(?:a|b)*', '(?:a{2,}b)+', 'a*a*', '(?:a*|b)(?:a*|b)c', '(?:a?){30}', '\\s*[\\r\\n]+', gpt4o];
    expect(others.filter(isHarmless)).toEqual([]);
  });
});
