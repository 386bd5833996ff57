import type { DecodeOptions, StreamDecoder, Tokenizer } from './tokenizer';

/**
 * Decodes ids one by one: what `push` returns, joined, and what `end` returns are `decode` of all ids.
 *
 * Held back is what a later token may change: a character of which only some bytes have come, a run of bytes that one more may
 * spoil, a last word's end.
 *
 * ```ts
 * const stream = streamDecoder(tokenizer);
 * for (const id of ids) process.stdout.write(stream.push(id));
 * process.stdout.write(stream.end());
 * ```
 */
export function streamDecoder(
  tokenizer: Tokenizer,
  options: Pick<DecodeOptions, 'skipSpecialTokens'> = {},
): StreamDecoder {
  return tokenizer.decodeStream(options);
}
