import type { Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TextInput } from './text-input';

/**
 * Texts, or pairs of them, as token ids with special tokens, cut at `maxLength` (of a pair the longer text gives way), not
 * padded; texts are views of one array. Pairs have segment ids too.
 */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly TextInput[], maxLength: number): Sequence[] {
  if (!areTexts(texts)) return texts.map((input) => encodeInput(tokenizer, input, maxLength));
  const { ids, starts } = tokenizer.encodeBatch(texts, { truncation: { maxLength }, padding: false });
  return texts.map((_, i) => ({ ids: ids.subarray(starts[i], starts[i + 1]) }));
}

const areTexts = (inputs: readonly TextInput[]): inputs is readonly string[] =>
  inputs.every((input) => typeof input === 'string');

function encodeInput(tokenizer: Tokenizer, input: TextInput, maxLength: number): Sequence {
  const options = { truncation: { maxLength }, padding: false } as const;
  const { ids, typeIds } =
    typeof input === 'string' ? tokenizer.encode(input, options) : tokenizer.encodePair(...input, options);
  return { ids, typeIds };
}
