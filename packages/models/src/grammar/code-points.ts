import { bytes, choice, type Node, sequence } from './nodes';

/** A range of code points, both ends included. */
export type CodePoints = readonly [first: number, last: number];

/** Every character: all code points except surrogates. */
export const everyCharacter: readonly CodePoints[] = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** Sorted ranges, with those that overlap or touch merged. */
export function merged(ranges: readonly CodePoints[]): CodePoints[] {
  const out: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else out.push([first, last]);
  }
  return out;
}

/** The characters outside the ranges. */
export function allBut(ranges: readonly CodePoints[]): CodePoints[] {
  const out: CodePoints[] = [];
  for (const [start, end] of everyCharacter) {
    let next = start;
    for (const [first, last] of merged(ranges)) {
      if (first > next && next <= end) out.push([next, Math.min(end, first - 1)]);
      next = Math.max(next, last + 1);
    }
    if (next <= end) out.push([next, end]);
  }
  return out;
}

/** The last code points with one, two, three and four bytes of UTF-8. */
const lastOfLength = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** Any one of some characters, in UTF-8. */
export function characterNode(ranges: readonly CodePoints[]): Node {
  const whole = merged(ranges).flatMap(withoutSurrogates);
  const ascii = whole.filter(([first]) => first <= 0x7f).map(([first, last]) => [first, Math.min(last, 0x7f)] as const);
  const others = whole.flatMap(([first, last]) => utf8(Math.max(first, 0x80), last));
  return choice(...(ascii.length > 0 ? [bytes(...ascii)] : []), ...others);
}

function withoutSurrogates([first, last]: CodePoints): CodePoints[] {
  return everyCharacter
    .map(([start, end]): CodePoints => [Math.max(first, start), Math.min(last, end)])
    .filter(([start, end]) => start <= end);
}

/** Ranges of code points as sequences of byte ranges: split until all code points of a part have the same number of bytes and their last bytes are free. */
function utf8(first: number, last: number): Node[] {
  if (first > last) return [];
  const bound = lastOfLength.find((end) => first <= end && end < last);
  if (bound !== undefined) return [...utf8(first, bound), ...utf8(bound + 1, last)];
  for (let bits = 6; bits < 24; bits += 6) {
    const mask = (1 << bits) - 1;
    if (first >> bits === last >> bits) continue;
    if ((first & mask) !== 0) return [...utf8(first, first | mask), ...utf8((first | mask) + 1, last)];
    if ((last & mask) !== mask) return [...utf8(first, (last & ~mask) - 1), ...utf8(last & ~mask, last)];
  }
  const [from, to] = [first, last].map((code) => new TextEncoder().encode(String.fromCodePoint(code)));
  return [sequence(...Array.from(from, (byte, i) => bytes([byte, to[i]])))];
}
