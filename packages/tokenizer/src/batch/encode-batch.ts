import { availableLength, type EncodeContext, encodeSequences } from '../encode-sequences';
import { describe, resolveOptions, type Settings } from '../options';
import { type Padding, paddedLength } from '../padding';
import { type TemplatePiece, templateFor } from '../post-processor/template';
import { measureSpaces, trimOffsets } from '../post-processor/trim-offsets';
import { encodeSequence, type Pipeline } from '../sequence';
import type { EncodeBatchOptions, EncodedBatch } from '../tokenizer';
import { checkStride, keptLengths, type Truncation } from '../truncation';
import { wellFormed } from '../unicode/well-formed';
import type { BatchEncoder } from './batch-encoder';
import { TokenList } from './token-list';

export interface BatchContext extends EncodeContext {
  pipeline: Pipeline;
  /** Absent where the pipeline has a stage it does not know. */
  batchEncoder: Pick<BatchEncoder, 'encode'> | undefined;
}

const WHERE = 'encodeBatch';

/** Encodes texts to ids laid end to end, and to offsets where they are asked for. */
export function encodeBatch(
  texts: readonly string[],
  options: EncodeBatchOptions & { offsets?: boolean },
  context: BatchContext,
): EncodedBatch & { offsets?: Int32Array } {
  const settings = resolveOptions(WHERE, options, { ...context.defaults, padding: undefined });
  if (typeof (options.offsets ?? false) !== 'boolean') {
    throw new TypeError(`${WHERE}: offsets expected a boolean, got ${describe(options.offsets)}`);
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

/** About as many tokens as texts have, so that little is moved as a list grows. */
function likelyTokens(texts: readonly string[], truncation: Truncation | undefined): number {
  const most = truncation?.maxLength ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (const text of texts) count += Math.min(most, 3 + (text.length >> 2));
  return count;
}

/** Appends a text in its template, truncated. */
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
    const { ids, offsets } = encodeSequences(WHERE, [encodeSequence(pipeline, text)], options, context);
    list.append(ids, offsets);
  };
}

/** The special tokens before and behind the text. */
function aroundSequence(template: readonly TemplatePiece[]): { before: number[]; after: number[] } {
  const place = template.findIndex((piece) => 'sequence' in piece);
  const idsOf = (pieces: readonly TemplatePiece[]) => pieces.flatMap((piece) => ('ids' in piece ? piece.ids : []));
  return { before: idsOf(template.slice(0, place)), after: idsOf(template.slice(place + 1)) };
}

/** Takes the spaces out of the offsets of a text's tokens, from `from` on, where the post-processor does. */
function trimmer({ pipeline: { spacesOf }, processor: { trim = [] } }: BatchContext) {
  const place = new Int32Array(2);
  return ({ ids, offsets }: TokenList, from: number, text: string): void => {
    if (offsets === undefined || spacesOf === undefined) return;
    const source = wellFormed(text);
    for (let i = from; i < ids.length; i++) {
      const spaces = spacesOf(ids.ids[i]);
      if (spaces[0] === 0 && spaces[1] === 0) continue;
      place[0] = offsets.ids[2 * i];
      place[1] = offsets.ids[2 * i + 1];
      const measured = measureSpaces(spaces, { text: source, start: place[0], end: place[1] });
      for (const rule of trim) trimOffsets(place, measured, rule, i === from);
      offsets.ids[2 * i] = place[0];
      offsets.ids[2 * i + 1] = place[1];
    }
  };
}

interface Truncator {
  /** How many tokens of a text suffice to tell what is left of it. */
  limit: number;
  /** Shortens the text that begins at `from` and is the list's last. */
  shorten(list: TokenList, from: number): void;
}

function truncator(truncation: Truncation | undefined, template: readonly TemplatePiece[]): Truncator {
  if (truncation === undefined) return { limit: Number.POSITIVE_INFINITY, shorten: () => {} };
  const available = availableLength(WHERE, truncation.maxLength, template);
  return {
    limit: truncation.direction === 'right' ? available + 1 : Number.POSITIVE_INFINITY,
    shorten(list, from) {
      const length = list.length - from;
      if (length <= available) return;
      const [kept] = keptLengths(WHERE, [length], available, truncation);
      if (kept > 0) checkStride(WHERE, truncation.stride, kept);
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
