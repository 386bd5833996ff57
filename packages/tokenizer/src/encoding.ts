import type { Padding } from './padding';
import type { TemplatePiece } from './post-processor/template';
import { SPACE_COLUMNS, type TrimRule, trimOffsets } from './post-processor/trim-offsets';
import type { TokenColumns } from './sequence';
import type { TokenRange, TruncatedSequence } from './truncation';

/** The tokens of a text or a pair: arrays of equal length, one entry a token (`offsets` has two). */
export interface Encoding {
  ids: Int32Array;
  /** 0 in the first text and 1 in the second, as the template says. */
  typeIds: Int32Array;
  /** 0 for padding, else 1. */
  attentionMask: Int32Array;
  /** 1 for tokens that the template or padding added, else 0. */
  specialTokensMask: Int32Array;
  /** Which word of its text a token belongs to; -1 for added tokens. */
  wordIds: Int32Array;
  /** Which text a token belongs to, 0 or 1; -1 for added tokens. */
  sequenceIds: Int32Array;
  /** `[start₀, end₀, start₁, …]` in UTF-16 units of the token's own, original text; 0, 0 for added tokens. */
  offsets: Int32Array;
  tokens: string[];
  /** What truncation cut off, as encodings with special tokens of their own, in order. */
  overflowing: Encoding[];
}

/** What encodings are put together from. */
export interface EncodingSource {
  template: readonly TemplatePiece[];
  sequences: readonly TokenColumns[];
  truncated: readonly TruncatedSequence[];
  /** How spaces are taken out of offsets, one after the other. */
  trim: readonly TrimRule[];
  tokenOf: (id: number) => string;
}

/** Fills the template with what is kept of each sequence, and once more for every combination of overflowing parts. */
export function assembleEncoding(source: EncodingSource): Encoding {
  const [kept, ...overflowing] = combinations(source.truncated).map((ranges) => fillTemplate(source, ranges));
  return { ...kept, overflowing };
}

/**
 * Which part of each sequence goes into each encoding: what is kept first, then the overflow in the reference's order
 * (`Encoding::merge_with`): each part of the first with what is kept of the second and then with its parts, and last
 * what is kept of the first with each part of the second.
 */
function combinations(truncated: readonly TruncatedSequence[]): TokenRange[][] {
  const [first, second] = truncated;
  const parts = (sequence: TruncatedSequence) => [sequence.kept, ...sequence.overflowing];
  if (second === undefined) return parts(first).map((range) => [range]);
  return [
    [first.kept, second.kept],
    ...first.overflowing.flatMap((a) => parts(second).map((b) => [a, b])),
    ...second.overflowing.map((b) => [first.kept, b]),
  ];
}

function fillTemplate({ template, sequences, trim, tokenOf }: EncodingSource, ranges: TokenRange[]): Encoding {
  const encoding = emptyEncoding(lengthOf(template, ranges));
  let position = 0;
  for (const piece of template) {
    if ('ids' in piece) {
      position = writeAdded(encoding, position, piece.ids, { typeId: piece.typeId, attention: 1 });
    } else {
      const { start, stop } = ranges[piece.sequence];
      const { ids, wordIds, offsets, spaces } = sequences[piece.sequence];
      const end = position + stop - start;
      encoding.ids.set(ids.slice(start, stop), position);
      encoding.wordIds.set(wordIds.slice(start, stop), position);
      encoding.offsets.set(offsets.slice(2 * start, 2 * stop), 2 * position);
      const spaced = spaces.slice(SPACE_COLUMNS * start, SPACE_COLUMNS * stop);
      for (const rule of trim) trimOffsets(encoding.offsets.subarray(2 * position, 2 * end), spaced, rule);
      encoding.typeIds.fill(piece.typeId, position, end);
      encoding.sequenceIds.fill(piece.sequence, position, end);
      encoding.attentionMask.fill(1, position, end);
      position = end;
    }
  }
  encoding.tokens = Array.from(encoding.ids, tokenOf);
  return encoding;
}

function lengthOf(template: readonly TemplatePiece[], ranges: TokenRange[]): number {
  return template.reduce((length, piece) => {
    if ('ids' in piece) return length + piece.ids.length;
    const { start, stop } = ranges[piece.sequence];
    return length + stop - start;
  }, 0);
}

function emptyEncoding(length: number): Encoding {
  return {
    ids: new Int32Array(length),
    typeIds: new Int32Array(length),
    attentionMask: new Int32Array(length),
    specialTokensMask: new Int32Array(length),
    wordIds: new Int32Array(length).fill(-1),
    sequenceIds: new Int32Array(length).fill(-1),
    offsets: new Int32Array(2 * length),
    tokens: [],
    overflowing: [],
  };
}

/** Writes tokens that stand for no text, and returns the position behind them. */
function writeAdded(
  encoding: Encoding,
  position: number,
  ids: ArrayLike<number>,
  { typeId, attention }: { typeId: number; attention: 0 | 1 },
): number {
  const end = position + ids.length;
  encoding.ids.set(ids, position);
  encoding.typeIds.fill(typeId, position, end);
  encoding.attentionMask.fill(attention, position, end);
  encoding.specialTokensMask.fill(1, position, end);
  return end;
}

/** An encoding, and what overflowed from it, padded to `length`; one that is as long already stays as it is. */
export function padEncoding(
  encoding: Encoding,
  length: number,
  padding: Padding,
  tokenOf: (id: number) => string,
): Encoding {
  const overflowing = encoding.overflowing.map((part) => padEncoding(part, length, padding, tokenOf));
  const missing = length - encoding.ids.length;
  if (missing <= 0) return { ...encoding, overflowing };
  const shift = padding.direction === 'left' ? missing : 0;
  const padded = emptyEncoding(length);
  for (const column of COLUMNS) padded[column].set(encoding[column], column === 'offsets' ? 2 * shift : shift);
  const pads = new Int32Array(missing).fill(padding.padId);
  writeAdded(padded, shift > 0 ? 0 : encoding.ids.length, pads, { typeId: padding.padTypeId, attention: 0 });
  return { ...padded, tokens: Array.from(padded.ids, tokenOf), overflowing };
}

const COLUMNS = ['ids', 'typeIds', 'attentionMask', 'specialTokensMask', 'wordIds', 'sequenceIds', 'offsets'] as const;
