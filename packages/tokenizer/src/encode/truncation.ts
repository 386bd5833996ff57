import { outOfRange } from '../arguments';

/** Truncation with defaults resolved; see `TruncationOptions`. */
export interface Truncation {
  /** Maximum number of tokens per encoding, special tokens included. */
  readonly maxLength: number;
  /** Which text of a pair is truncated: the longer one token by token, or only one of them. */
  readonly strategy: 'longest_first' | 'only_first' | 'only_second';
  /** Number of tokens that each overflowing part repeats from the previous part; 0 for none. */
  readonly stride: number;
  /** Side from which tokens are removed. */
  readonly direction: 'right' | 'left';
}

/** The part `[start, stop)` of a sequence of tokens. */
export interface TokenRange {
  readonly start: number;
  readonly stop: number;
}

/** The part of a sequence that is kept, and the parts cut off it, in order. */
export interface TruncatedSequence {
  readonly kept: TokenRange;
  readonly overflowing: readonly TokenRange[];
}

/**
 * Number of tokens that each sequence keeps: `lengths` holds one number per sequence, `available` is the maximum less
 * the special tokens.
 *
 * Reference: `utils/truncation.rs` of Hugging Face tokenizers.
 *
 * @throws AttuneError ARGUMENT_INVALID if the strategy cannot reach the maximum.
 */
export function keptLengths(
  where: string,
  lengths: readonly number[],
  available: number,
  truncation: Truncation,
): number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total <= available) return [...lengths];
  if (available === 0) return lengths.map(() => 0);
  const { strategy } = truncation;
  if (strategy === 'longest_first') return lengths.length === 1 ? [available] : evenLengths(lengths, available);
  const target = strategy === 'only_first' ? 0 : 1;
  if (target >= lengths.length) {
    throw outOfRange(`${where}: truncation "only_second" needs a second text, got one; use "longest_first"`);
  }
  const kept = lengths[target] - (total - available);
  if (kept <= 0) {
    const named = target === 0 ? 'first' : 'second';
    throw outOfRange(
      `${where}: truncation "${strategy}" expected the ${named} text to have more than the ${total - available} tokens ` +
        `over maxLength, got ${lengths[target]}; raise maxLength or use "longest_first"`,
    );
  }
  return lengths.map((length, i) => (i === target ? kept : length));
}

/**
 * The longer sequence of a pair is cut until both are equal, then both are; the one that was longer keeps an odd token.
 */
function evenLengths([first, second]: readonly number[], available: number): number[] {
  const shorter = Math.min(first, second);
  const half = Math.floor(available / 2);
  const [less, more] = shorter <= half ? [shorter, available - shorter] : [half, half + (available % 2)];
  return first > second ? [more, less] : [less, more];
}

/**
 * Cuts a sequence of `length` tokens into windows of `kept` tokens, each repeating `stride` tokens of the window before
 * it.
 */
export function truncateSequence(
  where: string,
  length: number,
  kept: number,
  { stride, direction }: Pick<Truncation, 'stride' | 'direction'>,
): TruncatedSequence {
  if (kept >= length) return { kept: { start: 0, stop: length }, overflowing: [] };
  if (kept === 0) return { kept: { start: 0, stop: 0 }, overflowing: [{ start: 0, stop: length }] };
  checkStride(where, stride, kept);
  const [first, ...overflowing] =
    direction === 'right' ? windows(length, kept, stride) : mirrored(length, kept, stride);
  return { kept: first, overflowing };
}

/** Throws unless each window extends beyond the previous one. */
export function checkStride(where: string, stride: number, kept: number): void {
  if (stride >= kept) {
    throw outOfRange(`${where}: stride expected an integer < ${kept}, the number of kept tokens, got ${stride}`);
  }
}

function windows(length: number, size: number, stride: number): TokenRange[] {
  const ranges: TokenRange[] = [];
  for (let start = 0; ; start += size - stride) {
    const stop = Math.min(start + size, length);
    ranges.push({ start, stop });
    if (stop === length) return ranges;
  }
}

function mirrored(length: number, size: number, stride: number): TokenRange[] {
  return windows(length, size, stride).map(({ start, stop }) => ({ start: length - stop, stop: length - start }));
}
