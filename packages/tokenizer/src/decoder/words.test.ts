import { describe, expect, it } from 'vitest';
import type { Decoder } from './decoder';
import { cleanUpSpaces, wordPieceDecoder } from './words';

function decode(decoder: Decoder, tokens: string[]): string {
  let text = '';
  const stage = decoder({ push: (part) => (text += part), end: () => {} });
  for (const token of tokens) stage.push(token, true);
  stage.end();
  return text;
}

describe('wordPieceDecoder', () => {
  it('joins pieces, and keeps the prefix of a piece that comes first', () => {
    const decoder = wordPieceDecoder({ prefix: '##', cleanup: false });
    expect(decode(decoder, ['##uelo', 'Ara', '##új', '##o', 'No', '##guera', '.'])).toBe('##uelo Araújo Noguera .');
    expect(decode(decoder, [])).toBe('');
  });

  it('cleans up around punctuation and contractions, one token at a time', () => {
    const decoder = wordPieceDecoder({ prefix: '##', cleanup: true });
    expect(decode(decoder, ['we', "'re", 'in', ',', 'are', "n't", 'we', '?'])).toBe("we're in, aren't we?");
    expect(decode(decoder, ['it', "'", 's'])).toBe("it ' s");
  });

  it('cleans a whole text up as transformers does', () => {
    expect(cleanUpSpaces("I do not , you do n't . It 's so !")).toBe("I do not, you don't. It's so!");
  });
});
