// Labeled spans in the forms that annotation tools write, and offsets as Python counts them.
import { type EntitySpan, type TextRange, wordRanges } from './spans';

/** Unit of offsets: UTF-16 units, as JavaScript does, or code points, as Python does. They differ behind characters such as 🚀. */
export type OffsetUnit = 'utf-16' | 'code-points';

/** A text and its labeled spans. */
export interface AnnotatedText {
  /** The content of the text column. */
  readonly text: string;
  /** Its labeled spans, in the order of the file. */
  readonly spans: readonly EntitySpan[];
}

/**
 * A labeled span: `{ start, end, label }` (Prodigy), `[start, end, label]` (doccano, spaCy), `{ start_offset, end_offset, label }`
 * (doccano with relations), `{ start, end, labels: [label] }` (Label Studio) or `{ start, end, entity_group }` (pipelines of
 * transformers). Undefined for other values.
 *
 * @example spanOf([6, 10, 'SKILL']) // { start: 6, end: 10, label: 'SKILL' }
 */
export function spanOf(value: unknown): EntitySpan | undefined {
  if (Array.isArray(value)) return value.length === 3 ? checked(value[0], value[1], value[2]) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const span = value as Readonly<Record<string, unknown>>;
  const { labels } = span;
  const only = Array.isArray(labels) && labels.length === 1 ? labels[0] : undefined;
  return checked(span.start ?? span.start_offset, span.end ?? span.end_offset, span.label ?? only ?? span.entity_group);
}

function checked(start: unknown, end: unknown, label: unknown): EntitySpan | undefined {
  if (!Number.isInteger(start) || !Number.isInteger(end) || typeof label !== 'string') return undefined;
  const [from, to] = [start as number, end as number];
  return from >= 0 && to > from ? { start: from, end: to, label } : undefined;
}

/**
 * Spans in UTF-16 units for spans in code points. Offsets beyond the text stay beyond it.
 *
 * @example fromCodePoints('🚀 Java', [{ start: 2, end: 6, label: 'SKILL' }]) // [{ start: 3, end: 7, label: 'SKILL' }]
 */
export function fromCodePoints(text: string, spans: readonly EntitySpan[]): EntitySpan[] {
  const starts = [0];
  for (const { length } of text) starts.push(starts[starts.length - 1] + length);
  const last = starts.length - 1;
  const unitOf = (point: number) => starts[point] ?? starts[last] + point - last;
  return spans.map((span) => ({ ...span, start: unitOf(span.start), end: unitOf(span.end) }));
}

/**
 * Whether offsets that were read as UTF-16 units count code points: more of the spans behind characters of two units then begin and
 * end with a word.
 *
 * @example countsCodePoints([{ text: '🚀 Java', spans: [{ start: 2, end: 6, label: 'SKILL' }] }]) // true
 */
export function countsCodePoints(texts: Iterable<AnnotatedText>): boolean {
  const fits = { units: 0, points: 0 };
  for (const { text, spans } of texts) {
    if (spans.length === 0 || !/[\ud800-\udbff]/.test(text)) continue;
    const words = wordRanges(text);
    const moved = fromCodePoints(text, spans);
    for (const [i, span] of spans.entries()) {
      if (moved[i].end === span.end) continue;
      if (moved[i].end > text.length) return false;
      fits.units += Number(isOfWords(span, words));
      fits.points += Number(isOfWords(moved[i], words));
    }
  }
  return fits.points > fits.units;
}

/**
 * Whether a range begins where a word begins, and ends where one ends.
 *
 * @example isOfWords({ start: 6, end: 10 }, wordRanges('Knows Java')) // true
 */
export function isOfWords({ start, end }: TextRange, words: readonly TextRange[]): boolean {
  return words.some((word) => word.start === start) && words.some((word) => word.end === end);
}
