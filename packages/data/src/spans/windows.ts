import type { EntitySpan, TextRange } from './spans';

export interface WindowOptions {
  /** Most positions a window. */
  readonly size: number;
  /** Positions that a window shares with the one before, as a tokenizer's stride. */
  readonly stride: number;
}

/**
 * The windows in which a sequence that is too long is read: each position is in one at least.
 *
 * The first begins at 0, each other `size − stride` further on, and the last ends where the sequence does. Throws RangeError unless
 * 0 ≤ stride < size.
 * @example windowsOf(10, { size: 6, stride: 2 }) // [{ start: 0, end: 6 }, { start: 4, end: 10 }]
 */
export function windowsOf(length: number, { size, stride }: WindowOptions): TextRange[] {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new RangeError(`windowsOf: length expected an integer ≥ 0, got ${length}`);
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(stride) || stride < 0 || size <= stride)
    throw new RangeError(`windowsOf: expected integers 0 ≤ stride < size, got stride ${stride} and size ${size}`);
  const windows: TextRange[] = [];
  for (let start = 0; start < length; start += size - stride) {
    windows.push({ start, end: Math.min(start + size, length) });
    if (start + size >= length) break;
  }
  return windows;
}

/** A window, and the spans that were found in it; both in positions of the whole sequence. */
export interface WindowSpans extends TextRange {
  readonly spans: readonly EntitySpan[];
}

/**
 * The spans of a sequence from those of its windows, which overlap: what a position is, says the window in which it is furthest from an edge.
 *
 * The ends of the sequence are no edges; between two windows as far the first decides. A span that goes on from one window's positions to the next one's is one span
 * if either window has it so, or if it is cut between windows that do not overlap. Windows are in order, as from `windowsOf`, and spans of one apart.
 * Where windows agree, the result is what reading at once would have found.
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

/** The span that a position is in, and the window that says so. */
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

/** Whether the span at a position is the one at the position before. */
function goesOn(last: Place, next: Place, position: number): boolean {
  if (last.window === next.window) return last.span === next.span;
  if (last.span.label !== next.span.label) return false;
  const isCut = last.window.end === position && next.window.start === position;
  return isCut || covers(last.span, position) || covers(next.span, position - 1);
}

/** How far a position is from the nearer edge of a window. */
function inner({ start, end }: TextRange, position: number, length: number): number {
  const left = start === 0 ? Number.POSITIVE_INFINITY : position - start;
  const right = end === length ? Number.POSITIVE_INFINITY : end - 1 - position;
  return Math.min(left, right);
}

const covers = ({ start, end }: TextRange, position: number) => start <= position && position < end;
