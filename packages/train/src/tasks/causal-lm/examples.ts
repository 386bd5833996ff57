import type { Tokenizer } from '@attune/tokenizer';
import type { CausalLmData } from './task';

/** A text of which a model learns the second part after the first. */
export interface PromptedText {
  /** The part that is read and not learned. */
  readonly prompt?: string;
  /** The part that is learned. */
  readonly completion: string;
  /** The text has its special tokens already, as a chat template writes them: none is added, not even at its end. */
  readonly hasSpecialTokens?: boolean;
}

/** What of a text is kept when it is too long: its completion, or as TRL's `truncation_mode` has it its start or its end. */
export const truncationModes = ['keep_start', 'keep_end', 'keep_completion'] as const;
/** A value of `truncationMode`. */
export type TruncationMode = (typeof truncationModes)[number];

/** Options of `causalExamples`. */
export interface CausalExamplesOptions {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** The token that every text ends with; by default none is added. */
  readonly endTokenId?: number;
}

/** Texts as token ids, and where their prompts end. */
export interface CausalExamples extends CausalLmData {
  /** Texts whose prompt ends within a token of the whole text: that token is learned. */
  readonly split: number;
}

/**
 * Texts as token ids, uncut, and where their prompts end. A plain text is learned whole.
 *
 * A text is tokenized as a whole, as TRL does it; its prompt ends where the tokens of the prompt alone and of the whole part
 * ways. The end token is the last of each, and is learned too, but of a text that brings its special tokens itself.
 *
 * @example
 * causalExamples([{ prompt: 'Skills:', completion: ' Java' }], { tokenizer, endTokenId: 2 }); // … learns Java, and to end
 */
export function causalExamples(
  texts: readonly (PromptedText | string)[],
  { tokenizer, endTokenId }: CausalExamplesOptions,
): CausalExamples {
  const all = texts.map((text) => (typeof text === 'string' ? { completion: text } : text));
  const encode = encoder(tokenizer, all);
  const prompts = encode(({ prompt = '' }) => prompt);
  const whole = encode(({ prompt = '', completion }) => prompt + completion);
  const promptLengths = whole.map((ids, i) => (all[i].prompt ? commonLength(prompts[i], ids) : 0));
  return {
    sequences: whole.map((ids, i) => ({ ids: all[i].hasSpecialTokens ? ids : ended(ids, endTokenId) })),
    promptLengths,
    split: promptLengths.filter((length, i) => all[i].prompt && length < prompts[i].length).length,
  };
}

/** Encodes a text of every example, those that bring their special tokens apart from the others. */
function encoder(tokenizer: Tokenizer, all: readonly PromptedText[]) {
  const places = [true, false].map((adds) => ({
    addSpecialTokens: adds,
    own: [...all.keys()].filter((i) => adds !== (all[i].hasSpecialTokens === true)),
  }));
  return (textOf: (text: PromptedText) => string): Int32Array[] => {
    const ids: Int32Array[] = [];
    for (const { own, addSpecialTokens } of places) {
      const batch = tokenizer.encodeBatch(
        own.map((i) => textOf(all[i])),
        { truncation: false, padding: false, addSpecialTokens },
      );
      for (const [k, i] of own.entries())
        ids[i] = Int32Array.from(batch.ids.subarray(batch.starts[k], batch.starts[k + 1]));
    }
    return ids;
  };
}

function commonLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function ended(ids: Int32Array, endTokenId: number | undefined): Int32Array {
  if (endTokenId === undefined || ids.at(-1) === endTokenId) return ids;
  return Int32Array.from([...ids, endTokenId]);
}

/** The result of `cutExamples`. */
export interface CutExamples {
  /** The examples that are left. */
  readonly data: CausalLmData;
  /** Texts that were cut; those that had nothing to learn are among neither these nor the data. */
  readonly cut: number;
  /** Texts with nothing to learn, or of which the cut left nothing: their places. */
  readonly dropped: readonly number[];
}

/**
 * Cuts examples at a length, and leaves out those that have nothing to learn: the prompt fills all of the length, or there is
 * but one token.
 *
 * With `keep_completion` the beginning of the prompt is cut off, up to its last token, and only then the end of the completion; of a text
 * without a prompt the end. With `keep_start`, TRL's default, the end is cut off; with `keep_end` the beginning, the prompt's and then the completion's.
 *
 * @example
 * const { data, cut, dropped } = cutExamples(examples, { maxLength: 512, mode: 'keep_end' });
 */
export function cutExamples(
  { sequences, promptLengths }: CausalLmData,
  {
    maxLength,
    mode = 'keep_completion',
  }: {
    /** Most tokens per example. */
    readonly maxLength: number;
    /** What is kept: `keep_completion` (default), `keep_start` or `keep_end`. */
    readonly mode?: TruncationMode;
  },
): CutExamples {
  const all = sequences.map(({ ids }, i) => {
    const excess = Math.max(0, ids.length - maxLength);
    const ofPrompt = Math.min(excess, Math.max(0, promptLengths[i] - 1)); // a token of it stays, which the completion's first follows
    const skipped = { keep_start: 0, keep_end: excess, keep_completion: ofPrompt }[mode];
    const own = Int32Array.from(ids).subarray(skipped, ids.length - excess + skipped);
    return { ids: own, promptLength: Math.max(0, promptLengths[i] - skipped), isCut: excess > 0 };
  });
  const learns = ({ ids, promptLength }: (typeof all)[number]) => ids.length > Math.max(1, promptLength);
  const kept = all.filter(learns);
  return {
    data: { sequences: kept.map(({ ids }) => ({ ids })), promptLengths: kept.map(({ promptLength }) => promptLength) },
    cut: kept.filter(({ isCut }) => isCut).length,
    dropped: [...all.keys()].filter((i) => !learns(all[i])),
  };
}
