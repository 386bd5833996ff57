import { AttuneError } from '@attune/internal';
import type { EntitySpan, TextRange } from './spans';

/** Options of `windowsOf`. */
export interface WindowOptions {
  /** Maximum number of positions per window. */
  readonly size: number;
  /** Number of positions that a window shares with the previous one, like the stride of a tokenizer. */
  readonly stride: number;
}

/**
 * Divides a long sequence into overlapping windows that together cover every position.
 *
 * The first begins at 0, each further one `size − stride` after the previous one, and the last ends with the sequence.
 * @throws AttuneError ARGUMENT_INVALID unless 0 ≤ stride < size.
 * @example windowsOf(10, { size: 6, stride: 2 }) // [{ start: 0, end: 6 }, { start: 4, end: 10 }]
 */
export function windowsOf(length: number, { size, stride }: WindowOptions): TextRange[] {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new AttuneError('ARGUMENT_INVALID', `windowsOf: length expected an integer ≥ 0, got ${length}`);
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(stride) || stride < 0 || size <= stride)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `windowsOf: expected integers 0 ≤ stride < size, got stride ${stride} and size ${size}`,
    );
  const windows: TextRange[] = [];
  for (let start = 0; start < length; start += size - stride) {
    windows.push({ start, end: Math.min(start + size, length) });
    if (start + size >= length) break;
  }
  return windows;
}

/** A window and the spans found in it, both in positions of the whole sequence. */
export interface WindowSpans extends TextRange {
  /** Spans of this window, none overlapping. */
  readonly spans: readonly EntitySpan[];
}

/**
 * Merges spans found in overlapping windows. Each position follows the window in which it lies furthest from an edge.
 *
 * The ends of the sequence do not count as edges; if two windows are at the same distance, the first decides. A span that continues from the
 * positions of one window to those of the next is one span if it is one in either window, or if it is cut between windows that do
 * not overlap. Windows must be in order, as from `windowsOf`; spans of one window must not overlap. If the windows agree, the result
 * is the same as without windows.
 * @example
 * mergeSpans([{ start: 0, end: 6, spans: [{ start: 5, end: 6, label: 'SKILL' }] }, { start: 4, end: 10, spans: [{ start: 5, end: 8, label: 'SKILL' }] }])
 * // [{ start: 5, end: 8, label: 'SKILL' }]
 */
export function mergeSpans(windows: readonly WindowSpans[]): EntitySpan[] {
  const length = windows.at(-1)?.end ?? 0;
  const merged: EntitySpan[] = [];
  let last: Place | undefined;
  for (let position = 0; position < length; position++) {
    const place = placeOf(windows, position, length);
    const before = merged.at(-1);
    if (place !== undefined && last !== undefined && before !== undefined && goesOn(last, place, position))
      merged[merged.length - 1] = { ...before, end: position + 1 };
    else if (place !== undefined) merged.push({ start: position, end: position + 1, label: place.span.label });
    last = place;
  }
  return merged;
}

/** The span at a position, and its window. */
interface Place {
  readonly window: WindowSpans;
  readonly span: EntitySpan;
}

function placeOf(windows: readonly WindowSpans[], position: number, length: number): Place | undefined {
  let window: WindowSpans | undefined;
  for (const candidate of windows) {
    if (!covers(candidate, position)) continue;
    if (window === undefined || inner(candidate, position, length) > inner(window, position, length))
      window = candidate;
  }
  const span = window?.spans.find((own) => covers(own, position));
  return window && span && { window, span };
}

/** Whether the span at a position continues the one at the position before. */
function goesOn(last: Place, next: Place, position: number): boolean {
  if (last.window === next.window) return last.span === next.span;
  if (last.span.label !== next.span.label) return false;
  const isCut = last.window.end === position && next.window.start === position;
  return isCut || covers(last.span, position) || covers(next.span, position - 1);
}

/** Distance of a position to the nearer edge of a window. */
function inner({ start, end }: TextRange, position: number, length: number): number {
  const left = start === 0 ? Number.POSITIVE_INFINITY : position - start;
  const right = end === length ? Number.POSITIVE_INFINITY : end - 1 - position;
  return Math.min(left, right);
}

const covers = ({ start, end }: TextRange, position: number) => start <= position && position < end;
