import { fold, keyOf, uniform } from '@attune/engine';
import { ignoredLabel } from '@attune/models';

/** What becomes of the tokens that a model has to guess. */
export interface Masking {
  /** How likely a token, or a whole word, is to be guessed. */
  readonly probability: number;
  /** All pieces of a word are guessed, or none. */
  readonly wholeWord: boolean;
  readonly maskTokenId: number;
  /** Random tokens are drawn from the ids below. */
  readonly vocabSize: number;
  readonly isSpecial: (id: number) => boolean;
  /** Whether a token goes on with the word of the token before it. */
  readonly isContinuation: (id: number) => boolean;
}

/** Tokens as the model sees them, and as they were: −100 where it has nothing to guess. */
export interface MaskedSequence {
  readonly ids: Int32Array;
  readonly labels: Int32Array;
}

/** A run of tokens that is guessed as one, and its draw: it is if that is small enough. */
interface Word {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
  readonly draw: number;
}

/** Apart from the keys of all else that is random. */
const stream = 0x6d6c6d;

/** The key of one example's masks in one epoch: they are the same whatever batch it is in. */
export const maskKey = ({ seed, epoch }: { seed: number; epoch: number }, example: number): number =>
  keyOf(seed, stream, epoch, example);

/**
 * Chooses tokens to guess and hides most: 80 % become the mask token, 10 % a random one, 10 % stay. Special tokens are not chosen.
 *
 * Where none is chosen in the whole batch, the one with the smallest draw is: nothing else depends on what is in the batch.
 *
 * @param keys one a sequence
 * @see Devlin et al.: BERT (2019), 3.1; transformers' DataCollatorForLanguageModeling
 */
export function maskSequences(
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
