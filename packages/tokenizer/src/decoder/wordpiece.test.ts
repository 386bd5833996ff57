import { describe, expect, it } from 'vitest';
import { wordPieceDecoder } from './wordpiece';

describe('wordPieceDecoder', () => {
  it('joins pieces, and keeps the prefix of a piece that comes first', () => {
    const decode = wordPieceDecoder({ prefix: '##', cleanup: false });
    expect(decode(['##uelo', 'Ara', '##új', '##o', 'No', '##guera', '.'])).toBe('##uelo Araújo Noguera .');
    expect(decode([])).toBe('');
  });

  it('cleans up around punctuation and contractions, one token at a time', () => {
    const decode = wordPieceDecoder({ prefix: '##', cleanup: true });
    expect(decode(['we', "'re", 'in', ',', 'are', "n't", 'we', '?'])).toBe("we're in, aren't we?");
    expect(decode(['it', "'", 's'])).toBe("it ' s");
  });
});
