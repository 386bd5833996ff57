import type { FileTensor } from '@attune/engine/node';
import type { Sequence } from '@attune/models';

/** What an exported model takes: sequences as rows [rows, length], padded to the longest. */
export function paddedInputs(sequences: readonly Sequence[], padTokenId: number): Record<string, FileTensor> {
  const length = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const [ids, mask, types] = [padTokenId, 0, 0].map((padding) => lowWords(sequences.length * length, padding));
  sequences.forEach((sequence, row) => {
    for (let i = 0, at = 2 * row * length; i < sequence.ids.length; i++, at += 2) {
      ids[at] = sequence.ids[i];
      mask[at] = 1;
      types[at] = sequence.typeIds?.[i] ?? 0;
    }
  });
  const shape = [sequences.length, length];
  const tensor = (words: Int32Array<ArrayBuffer>) => ({ data: new BigInt64Array(words.buffer), shape });
  return { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) };
}

/** 64-bit integers that are not negative, as pairs of words, the low one first as on every processor Node runs inference on. */
function lowWords(count: number, value: number): Int32Array<ArrayBuffer> {
  const words = new Int32Array(2 * count);
  if (value !== 0) for (let at = 0; at < words.length; at += 2) words[at] = value;
  return words;
}
