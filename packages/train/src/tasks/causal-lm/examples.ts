import type { Tokenizer } from '@attune/tokenizer';
import type { CausalLmData } from './task';

/** A completion after a prompt. */
export interface PromptedText {
  /** The part that is read but not learned. */
  readonly prompt?: string;
  /** The part that is learned. */
  readonly completion: string;
  /** Whether the text has its special tokens already, as from a chat template; then none is added, not even at the end. */
  readonly hasSpecialTokens?: boolean;
}

/** The kept part of a text that is too long: its completion, or, as in TRL's `truncation_mode`, its start or its end. */
export const truncationModes = ['keep_start', 'keep_end', 'keep_completion'] as const;
/** A value of `truncationMode`. */
export type TruncationMode = (typeof truncationModes)[number];

/** Options of `causalExamples`. */
export interface CausalExamplesOptions {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** The token added at the end of every text; default none. */
  readonly endTokenId?: number;
}

/** Texts as token ids, and the lengths of their prompts. */
export interface CausalExamples extends CausalLmData {
  /** Number of texts whose prompt ends within a token of the whole text; that token is learned. */
  readonly split: number;
}

/**
 * Texts as token ids, uncut, and the lengths of their prompts. A plain text is learned whole.
 *
 * A text is tokenized as a whole, as in TRL; its prompt ends where the tokens of the prompt alone and of the whole text
 * diverge. The end token is added to each text and learned too, except for a text that has its special tokens already.
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

/** Encodes a text of every example, those with special tokens separately. */
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
  /** The remaining examples. */
  readonly data: CausalLmData;
  /** Number of cut texts, without the dropped ones. */
  readonly cut: number;
  /** Indices of the dropped texts, with nothing to learn before or after the cut. */
  readonly dropped: readonly number[];
}

/**
 * Cuts examples at a length, and drops those with nothing to learn, where the prompt fills the length or there is
 * only one token.
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
    /** The kept part: `keep_completion` (default), `keep_start` or `keep_end`. */
    readonly mode?: TruncationMode;
  },
): CutExamples {
  const all = sequences.map(({ ids }, i) => {
    const excess = Math.max(0, ids.length - maxLength);
    const ofPrompt = Math.min(excess, Math.max(0, promptLengths[i] - 1)); // one token of the prompt stays, before the first of the completion
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
