import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';
import type { Examples } from '../../loop/task';

/** Options of `textChunks`. */
export interface TextChunksOptions {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Tokens per chunk. */
  readonly chunkLength: number;
}

/** Texts as chunks of equal length. */
export interface TextChunks extends Examples {
  /** Number of dropped tokens after the last chunk. */
  readonly dropped: number;
}

/**
 * Concatenates texts, including special tokens, and cuts them into chunks of one length, views of one array. The rest is dropped.
 *
 * @throws AttuneError DATA_EMPTY for texts that do not fill one chunk; RangeError for a `chunkLength` other than an integer ≥ 1
 * @example
 * const { sequences } = textChunks(['Night nurse', 'Welder'], { tokenizer, chunkLength: 4 }); // [CLS] night nurse [SEP]
 * @see transformers' run_mlm.py, `group_texts`, which drops the rest of every 1000 texts
 */
export function textChunks(texts: readonly string[], { tokenizer, chunkLength }: TextChunksOptions): TextChunks {
  if (!Number.isInteger(chunkLength) || chunkLength < 1)
    throw new RangeError(`textChunks: chunkLength expected an integer ≥ 1, got ${chunkLength}`);
  const { ids } = tokenizer.encodeBatch(texts, { truncation: false, padding: false });
  const count = Math.floor(ids.length / chunkLength);
  if (count === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `textChunks: expected at least ${chunkLength} tokens of text, got ${ids.length}; give more text, or a smaller chunkLength`,
    );
  const chunks = Array.from({ length: count }, (_, i) => ids.subarray(i * chunkLength, (i + 1) * chunkLength));
  return { sequences: chunks.map((chunk) => ({ ids: chunk })), dropped: ids.length - count * chunkLength };
}
