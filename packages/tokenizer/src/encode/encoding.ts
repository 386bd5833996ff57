import { checkInteger } from '../arguments';
import {
  addedCount,
  type PostProcessor,
  spaceColumns,
  type TemplatePiece,
  templateFor,
  trimOffsets,
} from '../post-processor/post-processor';
import {
  type Defaults,
  type EncodeOptions,
  type Padding,
  paddedLength,
  resolveOptions,
  type Settings,
} from './options';
import type { TokenColumns } from './sequence';
import { keptLengths, type TokenRange, type TruncatedSequence, truncateSequence } from './truncation';

/** Tokens of a text or a pair: arrays of one length, one entry per token (`offsets` has two). */
export interface Encoding {
  /** Id of each token in the vocabulary. */
  readonly ids: Int32Array;
  /** 0 in the first text and 1 in the second, or as the template has it. */
  readonly typeIds: Int32Array;
  /** 0 for padding, otherwise 1. */
  readonly attentionMask: Int32Array;
  /** 1 for tokens added by the template or by padding, otherwise 0. */
  readonly specialTokensMask: Int32Array;
  /** Index of the word in its text; -1 for added tokens. */
  readonly wordIds: Int32Array;
  /** Index of the text in the pair, 0 or 1; -1 for added tokens. */
  readonly sequenceIds: Int32Array;
  /** `[start₀, end₀, start₁, …]` in UTF-16 units of the token's original text; 0, 0 for added tokens. */
  readonly offsets: Int32Array;
  /** Each token as the vocabulary spells it, such as `##ing`. */
  readonly tokens: readonly string[];
  /** Parts that truncation removed, in order, as encodings with their own special tokens. */
  readonly overflowing: readonly Encoding[];
}

/** Inputs of an encoding in addition to its tokens. */
export interface EncodeContext {
  readonly processor: PostProcessor;
  readonly defaults: Defaults;
  readonly tokenOf: (id: number) => string;
}

/** Truncates one or two sequences, puts them into their template, and pads the result. */
export function encodeSequences(
  where: string,
  sequences: readonly TokenColumns[],
  options: EncodeOptions,
  { processor, defaults, tokenOf }: EncodeContext,
): Encoding {
  const settings = resolveOptions(where, options, defaults);
  const template = templateFor(processor, {
    pair: sequences.length === 2,
    addSpecialTokens: settings.addSpecialTokens,
  });
  const truncated = truncateAll(where, sequences, settings, template);
  const { trim = [], overflow } = processor;
  const encoding = assembleEncoding({ template, sequences, truncated, trim, overflow, tokenOf });
  const { padding } = settings;
  return padding ? padEncoding(encoding, paddedLength(encoding.ids.length, padding), padding, tokenOf) : encoding;
}

function truncateAll(
  where: string,
  sequences: readonly TokenColumns[],
  settings: Settings,
  template: readonly TemplatePiece[],
): TruncatedSequence[] {
  const lengths = sequences.map((sequence) => sequence.ids.length);
  const { truncation } = settings;
  if (truncation === undefined) return lengths.map((length) => ({ kept: { start: 0, stop: length }, overflowing: [] }));
  const available = availableLength(where, truncation.maxLength, template);
  const kept = keptLengths(where, lengths, available, truncation);
  return lengths.map((length, i) => truncateSequence(where, length, kept[i], truncation));
}

/** Number of text tokens that fit in addition to the special tokens of a template. */
export function availableLength(where: string, maxLength: number, template: readonly TemplatePiece[]): number {
  const added = addedCount(template);
  checkInteger(where, 'maxLength', maxLength, added);
  return maxLength - added;
}

/** Parts of an encoding. */
interface EncodingSource {
  readonly template: readonly TemplatePiece[];
  readonly sequences: readonly TokenColumns[];
  readonly truncated: readonly TruncatedSequence[];
  readonly trim: NonNullable<PostProcessor['trim']>;
  readonly overflow: PostProcessor['overflow'];
  readonly tokenOf: (id: number) => string;
}

/** Fills the template with the kept part of each sequence, and again for every combination of overflowing parts. */
function assembleEncoding(source: EncodingSource): Encoding {
  const [kept, ...overflowing] = combinations(source.truncated).map((ranges) => fillTemplate(source, ranges));
  return { ...kept, overflowing };
}

/**
 * Parts of the sequences that make up each encoding: the kept parts, then the overflow in the reference's order
 * (`Encoding::merge_with`): each overflowing part of the first with the kept part and then the overflowing parts of the
 * second, and last the kept part of the first with each overflowing part of the second.
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

function fillTemplate(source: EncodingSource, ranges: TokenRange[]): Encoding {
  const { template, sequences, trim, tokenOf } = source;
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
      const spaced = spaces.slice(spaceColumns * start, spaceColumns * stop);
      for (const rule of trim) trimOffsets(encoding.offsets.subarray(2 * position, 2 * end), spaced, rule);
      const { typeId, sequenceId } = numbersOf(piece, source, ranges);
      encoding.typeIds.fill(typeId, position, end);
      encoding.sequenceIds.fill(sequenceId, position, end);
      encoding.attentionMask.fill(1, position, end);
      position = end;
    }
  }
  encoding.tokens = Array.from(encoding.ids, tokenOf);
  return encoding;
}

/** Type and sequence id of the tokens of a text: see `OverflowNumbers`. */
function numbersOf(
  { sequence, typeId }: TemplatePiece & { sequence: 0 | 1 },
  { truncated, overflow }: EncodingSource,
  ranges: TokenRange[],
): { typeId: number; sequenceId: number } {
  const isCut = (text: number) => ranges[text] !== truncated[text].kept;
  if (overflow === 'by text') return { typeId: isCut(sequence) ? sequence : typeId, sequenceId: sequence };
  if (overflow === undefined || ranges.length === 1) return { typeId, sequenceId: sequence };
  if (isCut(0)) return { typeId, sequenceId: 0 };
  return { typeId, sequenceId: isCut(sequence) ? -1 : sequence };
}

function lengthOf(template: readonly TemplatePiece[], ranges: TokenRange[]): number {
  return template.reduce((length, piece) => {
    if ('ids' in piece) return length + piece.ids.length;
    const { start, stop } = ranges[piece.sequence];
    return length + stop - start;
  }, 0);
}

/** An encoding whose tokens are still to be filled in. */
function emptyEncoding(length: number): Encoding & { tokens: readonly string[] } {
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

/** Writes tokens that stand for no text, and returns the position after them. */
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

/** Pads an encoding and its overflow to `length`; an encoding that is long enough stays as it is. */
function padEncoding(encoding: Encoding, length: number, padding: Padding, tokenOf: (id: number) => string): Encoding {
  const overflowing = encoding.overflowing.map((part) => padEncoding(part, length, padding, tokenOf));
  const missing = length - encoding.ids.length;
  if (missing <= 0) return { ...encoding, overflowing };
  const shift = padding.direction === 'left' ? missing : 0;
  const padded = emptyEncoding(length);
  for (const column of columns) padded[column].set(encoding[column], column === 'offsets' ? 2 * shift : shift);
  const pads = new Int32Array(missing).fill(padding.padId);
  writeAdded(padded, shift > 0 ? 0 : encoding.ids.length, pads, { typeId: padding.padTypeId, attention: 0 });
  return { ...padded, tokens: Array.from(padded.ids, tokenOf), overflowing };
}

const columns = ['ids', 'typeIds', 'attentionMask', 'specialTokensMask', 'wordIds', 'sequenceIds', 'offsets'] as const;
