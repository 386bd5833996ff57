import { AttuneError } from '@attune/internal';
import type { Encoding, Tokenizer } from '@attune/tokenizer';

/** Options of `wordWindows`. */
export interface WindowOptions {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Most tokens per window, special tokens included. */
  readonly maxLength: number;
  /** Tokens that a window repeats from the previous one. */
  readonly stride: number;
  /** Whether each word follows the previous one without a space, as from `joinedWords` of @attune/data; default false. */
  readonly joined?: readonly boolean[];
}

/** A window onto a sentence, and the words that are read from it. */
export interface WordWindow {
  /** Token ids, special tokens included. */
  readonly ids: Int32Array;
  /** The word of each token, −1 for special tokens. */
  readonly wordIds: Int32Array;
  /** Places in `ids` of the first tokens of the words that are read here, in order. */
  readonly reads: Int32Array;
}

/** Tokens `[start, end)` of a sentence, special tokens not counted. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Default number of tokens that windows share: a quarter of a window. */
export const defaultStride = (maxLength: number): number => Math.floor(maxLength / 4);

/**
 * A sentence of words as overlapping windows: one if it fits, else enough to cover it.
 *
 * Each word is read once, from the window in which its first token is furthest from an edge (the ends of the sentence do not count), the
 * earlier of two. The words are in order from window to window. A word that the tokenizer drops is not read.
 *
 * @throws AttuneError ARGUMENT_INVALID for a stride as long as a window; RangeError for windows without room for a token
 * @example
 * const [first] = wordWindows(['Ada', 'wrote'], { tokenizer, maxLength: 128, stride: 32 });
 * first.reads; // Int32Array [ 1, 2 ]: after [CLS]
 * @see transformers' `return_overflowing_tokens` with `stride`, which cuts at the same places
 */
export function wordWindows(
  words: readonly string[],
  { tokenizer, maxLength, stride, joined }: WindowOptions,
): WordWindow[] {
  const whole = tokenizer.encodeWords(words, { joined, truncation: false, padding: false });
  const { before, after } = frameOf(whole);
  const tokens = { start: before, count: whole.ids.length - before - after };
  const room = maxLength - before - after;
  checkRoom({ room, stride, maxLength });
  const ranges = rangesOf(tokens.count, room, room - stride);
  const owners = ownersOf(whole.wordIds.subarray(before, before + tokens.count), ranges, { room, step: room - stride });
  return ranges.map((range, i) => windowOf(whole, range, { before, after, reads: owners[i] }));
}

/** Numbers of special tokens before and after the sentence's own. */
function frameOf({ specialTokensMask }: Encoding): { before: number; after: number } {
  const first = specialTokensMask.indexOf(0);
  if (first < 0) return { before: specialTokensMask.length - 1, after: 1 }; // an empty sentence: [CLS] [SEP]
  return { before: first, after: specialTokensMask.length - 1 - specialTokensMask.lastIndexOf(0) };
}

function rangesOf(count: number, room: number, step: number): Range[] {
  const ranges: Range[] = [];
  for (let start = 0; ; start += step) {
    const end = Math.min(start + room, count);
    ranges.push({ start, end });
    if (end === count) return ranges;
  }
}

/** The sentence's tokens that are read from each window: first tokens of words. */
function ownersOf(
  wordIds: Int32Array,
  ranges: readonly Range[],
  { room, step }: { room: number; step: number },
): number[][] {
  const owned = ranges.map((): number[] => []);
  wordIds.forEach((word, token) => {
    if (word < 0 || word === wordIds[token - 1]) return;
    const first = Math.max(0, Math.ceil((token + 1 - room) / step));
    const last = Math.min(ranges.length - 1, Math.floor(token / step));
    let best = first;
    for (let i = first + 1; i <= last; i++)
      if (context(token, ranges[i], wordIds.length) > context(token, ranges[best], wordIds.length)) best = i;
    owned[best].push(token);
  });
  return owned;
}

/** Number of tokens to the nearer edge beyond which the sentence continues. */
function context(token: number, { start, end }: Range, count: number): number {
  const left = start === 0 ? Number.POSITIVE_INFINITY : token - start;
  const right = end === count ? Number.POSITIVE_INFINITY : end - 1 - token;
  return Math.min(left, right);
}

function windowOf(
  { ids, wordIds }: Encoding,
  { start, end }: Range,
  { before, after, reads }: { before: number; after: number; reads: readonly number[] },
): WordWindow {
  const cut = (column: Int32Array) =>
    Int32Array.of(
      ...column.subarray(0, before),
      ...column.subarray(before + start, before + end),
      ...column.subarray(column.length - after),
    );
  return { ids: cut(ids), wordIds: cut(wordIds), reads: Int32Array.from(reads, (token) => token - start + before) };
}

function checkRoom({ room, stride, maxLength }: { room: number; stride: number; maxLength: number }): void {
  if (!(room >= 1))
    throw new RangeError(
      `wordWindows: maxLength expected room for a token in addition to the special ones, got ${maxLength}`,
    );
  if (Number.isInteger(stride) && stride >= 0 && stride < room) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `stride: expected an integer from 0 to ${room - 1}, less than a window's own tokens, got ${stride}`,
  );
}
