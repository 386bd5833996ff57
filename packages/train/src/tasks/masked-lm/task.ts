import { fold, keyOf, uniform } from '@attune/engine';
import { ignoredLabel } from '@attune/models';
import type { Examples, TaskMetrics, TrainingTask } from '../../loop/task';
import { countRight, tokenBatch } from '../token/batch';

/** Options of `maskedLmTask`. */
export interface MaskedLmOptions {
  /** Probability that a token is masked, in (0, 1]; default 0.15. */
  readonly probability?: number;
  /** Whether to mask all pieces of a word or none; requires `isContinuation`. Default false. */
  readonly wholeWord?: boolean;
  /** Id of the mask token, such as [MASK]. */
  readonly maskTokenId: number;
  /** Size of the vocabulary, from which random tokens are drawn. */
  readonly vocabSize: number;
  /** Tokens that are never masked, such as [CLS], [SEP] and [PAD]. */
  readonly specialTokenIds: readonly number[];
  /** Whether a token continues the word of the previous token, such as `##ing`; default none. */
  readonly isContinuation?: (id: number) => boolean;
}

/**
 * Masked language modeling: the model predicts masked tokens.
 *
 * Masks are new in every epoch and depend only on seed, epoch, and the example's index and position. With `wholeWord` a word is
 * chosen by the draw of its first piece, and each piece masked, replaced or kept by its own draw. Measures `loss` (the mean over masked
 * tokens), `perplexity` (exp of it) and `accuracy` of the predictions. The weight of a batch is its number of masked tokens.
 *
 * @throws RangeError for options out of range; AttuneError DATA_NO_LABELS for a batch of special tokens only
 * @example
 * const { maskId, vocabSize, clsId, sepId, padId } = tokenizer;
 * const task = maskedLmTask({ maskTokenId: maskId!, vocabSize, specialTokenIds: [clsId!, sepId!, padId!, maskId!] });
 * @see transformers' DataCollatorForLanguageModeling
 */
export function maskedLmTask(options: MaskedLmOptions): TrainingTask {
  const masking = maskingOf(options);
  return {
    metricNames: ['loss', ...maskedLmMetricNames],
    batch({ sequences }, examples, batchOptions) {
      const chosen = Array.from(examples, (i) => sequences[i]);
      const keys = Array.from(examples, (i) => maskKey(batchOptions.random, i));
      const ids = chosen.map((sequence) => sequence.ids);
      const masked = maskSequences(ids, keys, masking);
      const hidden = chosen.map((sequence, i) => ({ ...sequence, ids: masked[i].ids }));
      return tokenBatch({ sequences: hidden, labels: masked.map(({ labels }) => labels) }, examples, batchOptions);
    },
    metrics: maskedLmMetrics,
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

/** The metrics of an evaluation except the loss. */
export const maskedLmMetricNames = ['perplexity', 'accuracy'] as const;

function maskedLmMetrics(_: Examples): TaskMetrics {
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
      'maskedLmTask: wholeWord expected isContinuation, got none; name the tokens that continue a word',
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

/** How tokens are masked. */
interface Masking {
  /** Probability that a token, or a whole word, is masked. */
  readonly probability: number;
  /** Whether to mask all pieces of a word or none. */
  readonly wholeWord: boolean;
  readonly maskTokenId: number;
  /** Size of the vocabulary, from which random tokens are drawn. */
  readonly vocabSize: number;
  readonly isSpecial: (id: number) => boolean;
  /** Whether a token continues the word of the previous token. */
  readonly isContinuation: (id: number) => boolean;
}

/** Masked tokens, and the original ones: −100 where nothing is masked. */
interface MaskedSequence {
  readonly ids: Int32Array;
  readonly labels: Int32Array;
}

/** A run of tokens that is masked together, and its draw: it is chosen if that is small enough. */
interface Word {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
  readonly draw: number;
}

/** Distinct from the keys of other random numbers. */
const stream = 0x6d6c6d;

/** The key of one example's masks in one epoch, which do not depend on its batch. */
const maskKey = ({ seed, epoch }: { seed: number; epoch: number }, example: number): number =>
  keyOf(seed, stream, epoch, example);

/**
 * Chooses tokens to predict: 80 % become the mask token, 10 % a random one, 10 % stay. Special tokens are not chosen.
 *
 * If none is chosen in the whole batch, the one with the smallest draw is; nothing else depends on the batch.
 *
 * @param keys one per sequence
 * @see Devlin et al.: BERT (2019), 3.1; transformers' DataCollatorForLanguageModeling
 */
function maskSequences(
  sequences: readonly ArrayLike<number>[],
  keys: readonly number[],
  masking: Masking,
): MaskedSequence[] {
  const words = sequences.flatMap((ids, sequence) => wordsOf(ids, { sequence, key: keys[sequence], masking }));
  const masked = sequences.map((ids) => ({
    ids: Int32Array.from(ids),
    labels: new Int32Array(ids.length).fill(ignoredLabel),
  }));
  for (const { sequence, start, end } of chosenOf(words, masking.probability))
    for (let i = start; i < end; i++) guess(masked[sequence], i, fold(keys[sequence], i), masking);
  return masked;
}

function wordsOf(
  ids: ArrayLike<number>,
  { sequence, key, masking }: { sequence: number; key: number; masking: Masking },
): Word[] {
  const { wholeWord, isContinuation, isSpecial } = masking;
  const words: Word[] = [];
  for (let start = 0, end = 1; start < ids.length; start = end, end++) {
    if (isSpecial(ids[start])) continue;
    while (wholeWord && end < ids.length && isContinuation(ids[end]) && !isSpecial(ids[end])) end++;
    words.push({ sequence, start, end, draw: uniform(fold(fold(key, start), 0)) });
  }
  return words;
}

function chosenOf(words: readonly Word[], probability: number): readonly Word[] {
  const chosen = words.filter(({ draw }) => draw < probability);
  if (chosen.length > 0 || words.length === 0) return chosen;
  return [words.reduce((least, word) => (word.draw < least.draw ? word : least))];
}

function guess({ ids, labels }: MaskedSequence, i: number, key: number, { maskTokenId, vocabSize }: Masking): void {
  labels[i] = ids[i];
  const fate = uniform(fold(key, 1));
  if (fate < 0.8) ids[i] = maskTokenId;
  else if (fate < 0.9) ids[i] = Math.floor(uniform(fold(key, 2)) * vocabSize);
}
