import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShared, shared } from '../../test/shared';
import { tokenizerFromJson } from '../load/from-json';
import type { Tokenizer } from '../tokenizer';
import { trainBpe } from '../training/train-bpe';
import { trainWordPiece } from '../training/train-wordpiece';
import { tokenBytes } from './token-bytes';

const texts = ['night nurses wanted, day shift', 'naïve café 😀 "quoted"', 'a,b , c\n\td'];
const trained = {
  'byte-level': trainBpe(texts, { vocabSize: 400 }),
  metaspace: trainBpe(texts, { vocabSize: 120, style: 'metaspace' }),
};

/** The text of the last ids by their bytes, and by the decoder. */
function tail(tokenizer: Tokenizer, ids: readonly number[], from: number) {
  const bytes = tokenBytes(tokenizer);
  const own = ids.slice(from).flatMap((id) => Array.from(bytes[id] ?? []));
  const before = tokenizer.decode(ids.slice(0, from)).length;
  return [
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(own)),
    tokenizer.decode(ids).slice(before),
  ];
}

describe.each(Object.entries(trained))('%s', (_, tokenizer) => {
  it('writes after a prompt what the decoder adds to it', () => {
    for (const text of texts) {
      const { ids } = tokenizer.encode(`night ${text}`);
      const [own, decoded] = tail(tokenizer, Array.from(ids), 1);
      expect(own).toBe(decoded);
      expect(own.length).toBeGreaterThan(8);
    }
  });

  it('has no bytes for special tokens', () => {
    const bytes = tokenBytes(tokenizer);
    const special = ['<|endoftext|>', '<s>', '</s>']
      .map((name) => tokenizer.tokenToId(name))
      .filter((id) => id !== undefined);
    expect(special.length).toBeGreaterThan(0);
    for (const id of special) expect(bytes[id]).toBeUndefined();
    expect(bytes).toHaveLength(tokenizer.vocabSize);
  });
});

it('refuses tokens whose text depends on those beside them', () => {
  const error = expect.objectContaining({
    code: 'TOKENIZER_UNSUPPORTED',
    message: expect.stringContaining('got WordPiece'),
  });
  expect(() => tokenBytes(trainWordPiece(texts, { vocabSize: 80 }))).toThrow(error);
});

describe.skipIf(!shared.isThere)('tokenizers of decoders (needs ../shared)', () => {
  const names = ['gpt2-style', 'llama3-style', 'qwen-style', 'smollm-style', 'gemma-style', 'llama2-32k'];
  it.each(names)('%s: bytes of its tokens are the text that they decode to', (name) => {
    const tokenizer = tokenizerFromJson(JSON.parse(readShared(`weights/tokenizers/${name}/tokenizer.json`)));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
        const ids = Array.from(tokenizer.encode(`x ["${text}", "é😀`).ids);
        const prompt = ids.length - Array.from(tokenizer.encode(`["${text}", "é😀`).ids).length + 2;
        const from = Math.max(2, prompt);
        const [own, decoded] = tail(tokenizer, ids, from);
        if (!tokenizer.decode(ids.slice(0, from)).includes('\uFFFD')) expect(own).toBe(decoded);
      }),
      { numRuns: 100 },
    );
  });
});
