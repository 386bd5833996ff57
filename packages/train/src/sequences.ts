import type { Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';

/** Texts as token ids with special tokens, cut at `maxLength`, not padded; each a view of one array. */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly string[], maxLength: number): Sequence[] {
  const { ids, starts } = tokenizer.encodeBatch(texts, { truncation: { maxLength }, padding: false });
  return texts.map((_, i) => ({ ids: ids.subarray(starts[i], starts[i + 1]) }));
}
