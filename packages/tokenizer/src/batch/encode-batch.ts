import { describe } from '../arguments';
import type { AddedToken } from '../encode/added-tokens';
import { availableLength, type EncodeContext, encodeSequences } from '../encode/encoding';
import { type Padding, paddedLength, resolveOptions, type Settings } from '../encode/options';
import { encodeSequence, type Pipeline } from '../encode/sequence';
import { checkStride, keptLengths, type Truncation } from '../encode/truncation';
import { measureSpaces, type TemplatePiece, templateFor, trimOffsets } from '../post-processor/post-processor';
import type { MetaspaceOptions } from '../pre-tokenizer/spaces';
import type { EncodeBatchOptions, EncodedBatch } from '../tokenizer';
import { wellFormed } from '../unicode/code-points';
import { TokenList } from './token-list';

/** Encodes texts to typed arrays: what `encodeSequence` does, without an object per token. */
export interface BatchEncoder {
  /**
   * Appends the tokens of a text to `list`, of which `limit` are enough. Returns `false`, with nothing of use appended,
   * for a text that only `encodeSequence` can encode.
   */
  encode(text: string, list: TokenList, limit: number): boolean;
}

/** Stages of a tokenizer, by which a batch encoder decides whether it knows them all. */
export interface BatchStages {
  readonly pipeline: Pipeline;
  readonly addedTokens: readonly AddedToken[];
  /** Whether words depend on their place in the text. */
  readonly needsPlaces: boolean;
  /** Whether words are cut from another text than the normalized one. */
  readonly movesText: boolean;
  /** Settings of the `Metaspace` that cuts the text, if it is the only pre-tokenizer and cuts before each space. */
  readonly metaspace: MetaspaceOptions | undefined;
}

/** Makes the batch encoder for some stages; without one, batches are encoded text by text. */
export type BatchEncoderFactory = (stages: BatchStages) => BatchEncoder | undefined;

/** Inputs of a batch in addition to its texts. */
export interface BatchContext extends EncodeContext {
  readonly pipeline: Pipeline;
  readonly batchEncoder: BatchEncoder | undefined;
}

const where = 'encodeBatch';

/** Encodes texts to ids laid end to end, and to offsets if the options ask for them. */
export function encodeBatch(
  texts: readonly string[],
  options: EncodeBatchOptions & { offsets?: boolean },
  context: BatchContext,
): EncodedBatch & { offsets?: Int32Array } {
  const settings = resolveOptions(where, options, { ...context.defaults, padding: undefined });
  if (typeof (options.offsets ?? false) !== 'boolean') {
    throw new TypeError(`${where}: offsets expected a boolean, got ${describe(options.offsets)}`);
  }
  const list = new TokenList(likelyTokens(texts, settings.truncation), options.offsets ?? false);
  const append = appender(list, settings, context);
  const starts = new Int32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) {
    append(texts[i]);
    starts[i + 1] = list.length;
  }
  const { padding } = settings;
  return padding ? padBatch(list, starts, padding) : { ...list.toArrays(), starts };
}

/** Estimates the number of tokens, so that little is moved as a list grows. */
function likelyTokens(texts: readonly string[], truncation: Truncation | undefined): number {
  const most = truncation?.maxLength ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (const text of texts) count += Math.min(most, 3 + (text.length >> 2));
  return count;
}

/** Makes a function that appends a text in its template, truncated. */
function appender(list: TokenList, settings: Settings, context: BatchContext): (text: string) => void {
  const { processor, pipeline, batchEncoder } = context;
  const { addSpecialTokens, truncation } = settings;
  const template = templateFor(processor, { pair: false, addSpecialTokens });
  const { before, after } = aroundSequence(template);
  const truncate = truncator(truncation, template);
  const trim = trimmer(context);
  return (text) => {
    const start = list.length;
    list.appendAdded(before);
    const from = list.length;
    if (batchEncoder?.encode(text, list, truncate.limit)) {
      truncate.shorten(list, from);
      trim(list, from, text);
      list.appendAdded(after);
      return;
    }
    list.shorten(start);
    const options = { addSpecialTokens, truncation: truncation ?? false, padding: false } as const;
    const { ids, offsets } = encodeSequences(where, [encodeSequence(pipeline, text)], options, context);
    list.append(ids, offsets);
  };
}

/** Special tokens before and after the text. */
function aroundSequence(template: readonly TemplatePiece[]): { before: number[]; after: number[] } {
  const place = template.findIndex((piece) => 'sequence' in piece);
  const idsOf = (pieces: readonly TemplatePiece[]) => pieces.flatMap((piece) => ('ids' in piece ? piece.ids : []));
  return { before: idsOf(template.slice(0, place)), after: idsOf(template.slice(place + 1)) };
}

/**
 * Makes a function that takes the spaces out of the offsets of a text, whose tokens begin at `from`, if the
 * post-processor does.
 */
function trimmer({ pipeline: { spacesOf }, processor: { trim = [] } }: BatchContext) {
  const place = new Int32Array(2);
  return ({ ids, offsets }: TokenList, from: number, text: string): void => {
    if (offsets === undefined || spacesOf === undefined) return;
    const source = wellFormed(text);
    for (let i = from; i < ids.length; i++) {
      const spaces = spacesOf(ids.values[i]);
      if (spaces[0] === 0 && spaces[1] === 0) continue;
      place[0] = offsets.values[2 * i];
      place[1] = offsets.values[2 * i + 1];
      const measured = measureSpaces(spaces, { text: source, start: place[0], end: place[1] });
      for (const rule of trim) trimOffsets(place, measured, rule, i === from);
      offsets.values[2 * i] = place[0];
      offsets.values[2 * i + 1] = place[1];
    }
  };
}

interface Truncator {
  /** Number of tokens of a text that are enough to know its truncated form. */
  readonly limit: number;
  /** Truncates the last text of the list, whose tokens begin at `from`. */
  shorten(list: TokenList, from: number): void;
}

function truncator(truncation: Truncation | undefined, template: readonly TemplatePiece[]): Truncator {
  if (truncation === undefined) return { limit: Number.POSITIVE_INFINITY, shorten: () => {} };
  const available = availableLength(where, truncation.maxLength, template);
  return {
    limit: truncation.direction === 'right' ? available + 1 : Number.POSITIVE_INFINITY,
    shorten(list, from) {
      const length = list.length - from;
      if (length <= available) return;
      const [kept] = keptLengths(where, [length], available, truncation);
      if (kept > 0) checkStride(where, truncation.stride, kept);
      if (truncation.direction === 'right') list.keep(from, 0, kept);
      else list.keep(from, length - kept, length);
    },
  };
}

function padBatch(list: TokenList, starts: Int32Array, padding: Padding): EncodedBatch {
  const { ids, offsets } = list.toArrays();
  const count = starts.length - 1;
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, starts[i + 1] - starts[i]);
  const target = paddedLength(longest, padding);
  const padded = new TokenList(count * target, offsets !== undefined);
  const paddedStarts = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const [start, end] = [starts[i], starts[i + 1]];
    const pads = new Int32Array(Math.max(0, target - (end - start))).fill(padding.padId);
    if (padding.direction === 'left') padded.appendAdded(pads);
    padded.append(ids.subarray(start, end), offsets?.subarray(2 * start, 2 * end) ?? []);
    if (padding.direction !== 'left') padded.appendAdded(pads);
    paddedStarts[i + 1] = padded.length;
  }
  return { ...padded.toArrays(), starts: paddedStarts };
}
