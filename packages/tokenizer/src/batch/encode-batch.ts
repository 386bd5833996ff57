import { availableLength, type EncodeContext } from '../encode-sequences';
import { resolveOptions } from '../options';
import { type Padding, paddedLength } from '../padding';
import { type TemplatePiece, templateFor } from '../post-processor/template';
import { appendIds, encodeSequence, type Pipeline } from '../sequence';
import type { EncodeBatchOptions, EncodedBatch } from '../tokenizer';
import { checkStride, keptLengths, type Truncation } from '../truncation';
import type { BatchEncoder } from './batch-encoder';
import { IdList } from './id-list';

export interface BatchContext extends EncodeContext {
  pipeline: Pipeline;
  /** Absent where the pipeline has a stage it does not know. */
  batchEncoder: BatchEncoder | undefined;
  /** Whether words depend on where they are in the text, so that it has to be aligned. */
  needsPlaces: boolean;
}

const WHERE = 'encodeBatch';

/** Encodes texts to ids laid end to end. */
export function encodeBatch(
  texts: readonly string[],
  options: EncodeBatchOptions,
  context: BatchContext,
): EncodedBatch {
  const { processor, defaults } = context;
  const settings = resolveOptions(WHERE, options, { ...defaults, padding: undefined });
  const template = templateFor(processor, { pair: false, addSpecialTokens: settings.addSpecialTokens });
  const { before, after } = aroundSequence(template);
  const truncate = truncator(settings.truncation, template);
  const list = new IdList(32 * texts.length);
  const starts = new Int32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) {
    list.append(before);
    const from = list.length;
    appendSequence(texts[i], list, truncate.limit, context);
    truncate.shorten(list, from);
    list.append(after);
    starts[i + 1] = list.length;
  }
  const batch = { ids: list.toArray(), starts };
  return settings.padding ? padBatch(batch, settings.padding) : batch;
}

/** The special tokens before and behind the text. */
function aroundSequence(template: readonly TemplatePiece[]): { before: number[]; after: number[] } {
  const place = template.findIndex((piece) => 'sequence' in piece);
  const idsOf = (pieces: readonly TemplatePiece[]) => pieces.flatMap((piece) => ('ids' in piece ? piece.ids : []));
  return { before: idsOf(template.slice(0, place)), after: idsOf(template.slice(place + 1)) };
}

function appendSequence(text: string, list: IdList, limit: number, context: BatchContext): void {
  const { pipeline, batchEncoder, needsPlaces } = context;
  const from = list.length;
  if (batchEncoder?.encode(text, list, limit)) return;
  list.length = from;
  if (needsPlaces) list.append(encodeSequence(pipeline, text).ids);
  else appendIds(pipeline, text, (id) => list.push(id));
}

interface Truncator {
  /** How many tokens of a text suffice to tell what is left of it. */
  limit: number;
  /** Shortens the text that begins at `from` and is the list's last. */
  shorten(list: IdList, from: number): void;
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

function padBatch({ ids, starts }: EncodedBatch, padding: Padding): EncodedBatch {
  const count = starts.length - 1;
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, starts[i + 1] - starts[i]);
  const target = paddedLength(longest, padding);
  const list = new IdList(count * target);
  const paddedStarts = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const row = ids.subarray(starts[i], starts[i + 1]);
    const pads = new Int32Array(Math.max(0, target - row.length)).fill(padding.padId);
    for (const part of padding.direction === 'left' ? [pads, row] : [row, pads]) list.append(part);
    paddedStarts[i + 1] = list.length;
  }
  return { ids: list.toArray(), starts: paddedStarts };
}
