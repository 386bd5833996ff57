import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntitySpan, TextRange } from './spans';
import { mergeSpans, windowsOf } from './windows';

const options = fc
  .integer({ min: 1, max: 12 })
  .chain((size) => fc.record({ size: fc.constant(size), stride: fc.nat(size - 1) }));

/** Spans with gaps of any length, none too. */
const truth = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 9 }), fc.constantFrom('A', 'B')), { maxLength: 8 })
  .map((pieces) => {
    let start = 0;
    return pieces.map(([gap, length, label]): EntitySpan => {
      const span = { start: start + gap, end: start + gap + length, label };
      start = span.end;
      return span;
    });
  });

const seenIn = (window: TextRange, spans: readonly EntitySpan[]) =>
  spans
    .map((span) => ({ ...span, start: Math.max(span.start, window.start), end: Math.min(span.end, window.end) }))
    .filter(({ start, end }) => start < end);

describe('windowsOf', () => {
  it('covers every position, in windows that overlap by the stride', () => {
    fc.assert(
      fc.property(fc.nat(60), options, (length, { size, stride }) => {
        const windows = windowsOf(length, { size, stride });
        expect([windows[0]?.start ?? 0, windows.at(-1)?.end ?? 0]).toEqual([0, length]);
        for (const [i, { start, end }] of windows.entries()) {
          expect(end - start).toBe(i < windows.length - 1 ? size : length - start);
          if (i > 0) expect(windows[i - 1].end - start).toBe(stride);
        }
        expect(length === 0 || windows.length === 1 + Math.ceil(Math.max(0, length - size) / (size - stride))).toBe(
          true,
        );
      }),
    );
  });

  it('refuses windows that do not go on', () => {
    expect(() => windowsOf(9, { size: 4, stride: 4 })).toThrow('0 ≤ stride < size, got stride 4 and size 4');
    expect(() => windowsOf(-1, { size: 4, stride: 0 })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('mergeSpans', () => {
  it('gives what reading at once would, where windows that overlap agree', () => {
    const overlapping = options.filter(({ stride }) => stride > 0);
    fc.assert(
      fc.property(truth, fc.nat(5), overlapping, (spans, rest, own) => {
        const length = (spans.at(-1)?.end ?? 0) + rest;
        const windows = windowsOf(length, own).map((window) => ({ ...window, spans: seenIn(window, spans) }));
        expect(mergeSpans(windows)).toEqual(spans);
      }),
      { numRuns: 500 },
    );
  });

  it('joins what is cut between windows that do not overlap', () => {
    const span = { start: 3, end: 9, label: 'A' };
    const windows = windowsOf(12, { size: 4, stride: 0 }).map((window) => ({
      ...window,
      spans: seenIn(window, [span]),
    }));
    expect(mergeSpans(windows)).toEqual([span]);
  });

  it('believes the window in which a position is furthest from an edge', () => {
    // Positions 4 to 7 are in both; 4 and 5 are further from the first one's end than from the second one's start.
    const first = {
      start: 0,
      end: 8,
      spans: [
        { start: 4, end: 5, label: 'A' },
        { start: 6, end: 8, label: 'A' },
      ],
    };
    const second = {
      start: 4,
      end: 12,
      spans: [
        { start: 4, end: 6, label: 'B' },
        { start: 7, end: 9, label: 'B' },
      ],
    };
    expect(mergeSpans([first, second])).toEqual([
      { start: 4, end: 5, label: 'A' },
      { start: 7, end: 9, label: 'B' },
    ]);
  });

  it('keeps neighbors of one label apart', () => {
    const spans = [
      { start: 2, end: 5, label: 'A' },
      { start: 5, end: 7, label: 'A' },
    ];
    const windows = windowsOf(10, { size: 6, stride: 3 }).map((window) => ({
      ...window,
      spans: seenIn(window, spans),
    }));
    expect(mergeSpans(windows)).toEqual(spans);
  });
});
