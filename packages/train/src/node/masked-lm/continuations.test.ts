import { existsSync } from 'node:fs';
import { loadTokenizer } from '@attune/tokenizer/node';
import { describe, expect, it } from 'vitest';
import { continuationsOf } from './continuations';

const tokenizerOf = (tokens: readonly string[]) => ({
  vocabSize: tokens.length,
  idToToken: (id: number) => tokens[id],
});
const continuing = (tokens: readonly string[]) => {
  const isContinuation = continuationsOf(tokenizerOf(tokens))!;
  return tokens.filter((_, id) => isContinuation(id));
};

describe('continuationsOf', () => {
  it('knows the pieces of words in WordPiece, byte-level BPE and SentencePiece', () => {
    expect(continuing(['[CLS]', 'play', '##ing', '##s', ','])).toEqual(['##ing', '##s']);
    expect(continuing(['Ġplay', 'ing', 'Ġa', ',', 'Ċ', '##'])).toEqual(['ing', ',', '##']);
    expect(continuing(['▁play', 'ing', '▁', '▁a'])).toEqual(['ing']);
  });

  it('knows of none in a vocabulary without marks', () => {
    expect(continuationsOf(tokenizerOf(['a', 'b</w>']))).toBeUndefined();
  });

  const tokenizers = new URL('../../../../../../shared/weights/tokenizers/', import.meta.url);
  it.skipIf(!existsSync(tokenizers))('joins the pieces of real words', async () => {
    for (const style of ['bert-base-uncased', 'roberta-style', 'xlmr-style']) {
      const tokenizer = await loadTokenizer(new URL(style, tokenizers).pathname);
      const { ids } = tokenizer.encode('the electroencephalographers waited', { addSpecialTokens: false });
      const isContinuation = continuationsOf(tokenizer)!;
      const begins = [...ids].filter((id, i) => i === 0 || !isContinuation(id)).length;
      expect([begins, ids.length > 4]).toEqual([3, true]);
    }
  });
});
