import type { Masking } from './masked-lm-masks';
import { maskKey, maskSequences } from './masked-lm-masks';
import type { Examples, Figures, Task } from './task';
import { countRight, tokenBatch } from './token-batch';

export interface MaskedLmOptions {
  /** How likely a token is to be guessed, in (0, 1]; 0.15 unless given. */
  readonly probability?: number;
  /** All pieces of a word are guessed, or none; needs `isContinuation`. */
  readonly wholeWord?: boolean;
  readonly maskTokenId: number;
  /** Of the tokenizer: random tokens are drawn from the ids below. */
  readonly vocabSize: number;
  /** Tokens that are never guessed, such as [CLS], [SEP] and [PAD]. */
  readonly specialTokenIds: readonly number[];
  /** Whether a token goes on with the word of the token before it, as `##ing` does. */
  readonly isContinuation?: (id: number) => boolean;
}

/**
 * Masked language modelling: some tokens are hidden, and the model guesses what they were.
 *
 * Masks are new in every epoch: those of an example depend on seed, epoch, its index and position alone. With `wholeWord` a word is
 * chosen by the draw of its first piece, and each piece hidden, replaced or kept by its own. Measures `loss` (the mean over guessed
 * tokens), `perplexity` (exp of it) and `accuracy` of the guesses. A batch weighs as much as it has tokens to guess.
 *
 * @throws RangeError for options out of range; AttuneError DATA_NO_LABELS for a batch of special tokens only
 * @example
 * const { maskId, vocabSize, clsId, sepId, padId } = tokenizer;
 * const task = maskedLmTask({ maskTokenId: maskId!, vocabSize, specialTokenIds: [clsId!, sepId!, padId!, maskId!] });
 * @see transformers' DataCollatorForLanguageModeling
 */
export function maskedLmTask(options: MaskedLmOptions): Task {
  const masking = maskingOf(options);
  return {
    batch({ sequences }, examples, batchOptions) {
      const chosen = Array.from(examples, (i) => sequences[i]);
      const keys = Array.from(examples, (i) => maskKey(batchOptions.random, i));
      const ids = chosen.map((sequence) => sequence.ids);
      const masked = maskSequences(ids, keys, masking);
      const hidden = chosen.map((sequence, i) => ({ ...sequence, ids: masked[i].ids }));
      return tokenBatch({ sequences: hidden, labels: masked.map(({ labels }) => labels) }, examples, batchOptions);
    },
    figures: maskedLmFigures,
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

function maskedLmFigures(_: Examples): Figures {
  let [loss, weight, right] = [0, 0, 0];
  return {
    add(batch, { loss: mean, logits }) {
      loss += mean * batch.weight;
      weight += batch.weight;
      right += countRight(batch, logits);
    },
    result: () => ({ loss: loss / weight, perplexity: Math.exp(loss / weight), accuracy: right / weight }),
  };
}

function maskingOf({ probability = 0.15, wholeWord = false, isContinuation, ...ids }: MaskedLmOptions): Masking {
  const { maskTokenId, vocabSize, specialTokenIds } = ids;
  if (!(probability > 0 && probability <= 1))
    throw new RangeError(`maskedLmTask: probability expected a number in (0, 1], got ${probability}`);
  if (!Number.isInteger(maskTokenId) || maskTokenId < 0 || maskTokenId >= vocabSize)
    throw new RangeError(
      `maskedLmTask: maskTokenId expected an id below vocabSize, ${vocabSize}, got ${maskTokenId}; use a tokenizer with a mask token`,
    );
  if (wholeWord && !isContinuation)
    throw new RangeError(
      'maskedLmTask: wholeWord expected isContinuation, got none; say which tokens go on with a word',
    );
  const special = new Set(specialTokenIds);
  return {
    probability,
    wholeWord,
    maskTokenId,
    vocabSize,
    isSpecial: (id) => special.has(id),
    isContinuation: isContinuation ?? (() => false),
  };
}
