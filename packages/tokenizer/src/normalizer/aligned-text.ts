import { IntList } from '../model/int-list';
import { textOf, unitsOf } from '../unicode/code-points';

/**
 * A text and where it came from: its UTF-16 unit `i` stands for the units `[starts[i], ends[i])` of the original.
 *
 * Both units of a surrogate pair have the range of their whole code point. `starts` and `ends` are empty where only the
 * text matters.
 */
export interface AlignedText {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * A text made of another. Without `starts` and `ends` each unit stands for the unit in its place, and surrogate pairs for
 * surrogate pairs.
 */
export interface Normalized {
  readonly text: string;
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
}

const nowhere = /* @__PURE__ */ new Int32Array(0);

/** A text without alignment. */
export function unaligned(text: string): AlignedText {
  return { text, starts: nowhere, ends: nowhere };
}

/** Aligns a text with itself. */
export function alignedWithItself(text: string): AlignedText {
  const { length } = text;
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    starts[i] = i;
    ends[i] = i + 1;
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff || i === 0) continue;
    starts[i]--;
    ends[i - 1]++;
  }
  return { text, starts, ends };
}

/** Moves the places of a text. */
export function shifted({ text, starts, ends }: AlignedText, shift: number): AlignedText {
  if (shift === 0) return { text, starts, ends };
  return { text, starts: starts.map((unit) => unit + shift), ends: ends.map((unit) => unit + shift) };
}

/** Collects an `AlignedText` piece by piece. */
export class AlignedTextBuilder {
  private text = '';
  private readonly starts: IntList;
  private readonly ends: IntList;

  /** `length` is the likely length of the result. */
  constructor(length: number) {
    this.starts = new IntList(length);
    this.ends = new IntList(length);
  }

  /** Appends `text`, all of which stands for the units `[start, end)` of the original. */
  append(text: string, start: number, end: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  /** Appends the part `[start, end)` of `source` as it is aligned there. */
  appendPart(source: AlignedText, start: number, end: number): void {
    this.text += source.text.slice(start, end);
    this.starts.append(source.starts.subarray(start, end));
    this.ends.append(source.ends.subarray(start, end));
  }

  finish(): AlignedText {
    return { text: this.text, starts: this.starts.toArray(), ends: this.ends.toArray() };
  }
}

/** Adds places to a text that does not have them. */
export function placed({ text, starts, ends }: Normalized): AlignedText {
  return starts && ends ? { text, starts, ends } : alignedWithItself(text);
}

/** Aligns `inner`, which was made of the text of `outer`, with the original of `outer`. */
export function compose(outer: Normalized, inner: Normalized): Normalized {
  if (!outer.starts || !outer.ends) return inner;
  if (!inner.starts || !inner.ends) return { text: inner.text, starts: outer.starts, ends: outer.ends };
  const { length } = inner.text;
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    if (inner.ends[i] <= inner.starts[i]) continue;
    starts[i] = outer.starts[inner.starts[i]];
    ends[i] = outer.ends[inner.ends[i] - 1];
  }
  return { text: inner.text, starts, ends };
}

/** Copies the part `[start, end)` to a new text. */
export function part(source: AlignedText, start: number, end: number): AlignedText {
  if (start === 0 && end === source.text.length) return source;
  const { text, starts, ends } = source;
  return { text: text.slice(start, end), starts: starts.subarray(start, end), ends: ends.subarray(start, end) };
}

/**
 * Puts `prefix` before a text that is not empty, at the place of its first character. A text without alignment stays
 * without.
 */
export function prepended(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  const text = prefix + source.text;
  if (source.starts.length === 0) return unaligned(text);
  const places = (values: Int32Array) => {
    const moved = new Int32Array(text.length).fill(values[0], 0, prefix.length);
    moved.set(values, prefix.length);
    return moved;
  };
  return { text, starts: places(source.starts), ends: places(source.ends) };
}

/**
 * Characters of a result, and how each came about: 1 is an insertion, 0 stands for the next character of the source, and
 * -n for the next one together with the n after it.
 */
export class Changes {
  readonly codePoints: IntList;
  readonly changes: IntList;

  /** `length` is the likely number of characters. */
  constructor(length: number) {
    this.codePoints = new IntList(length);
    this.changes = new IntList(length);
  }

  get length(): number {
    return this.codePoints.length;
  }

  push(codePoint: number, change: number): void {
    this.codePoints.push(codePoint);
    this.changes.push(change);
  }
}

/**
 * Aligns a result with its source by counting characters. An insertion has the place of the character before it.
 *
 * The counts need not be true: marks that traded places are counted as if they had not, because offsets agree with the
 * reference only then. Reference: `NormalizedString::transform` of Hugging Face tokenizers.
 */
export function alignByCounting(source: string, { codePoints, changes }: Changes, removedFirst = 0): AlignedText {
  const places = placesOf(source);
  const { length } = codePoints;
  const units = new Uint16Array(2 * length);
  const starts = new Int32Array(2 * length);
  const ends = new Int32Array(2 * length);
  let end = 0;
  let next = removedFirst;
  for (let i = 0; i < length; i++) {
    const codePoint = codePoints.values[i];
    const change = changes.values[i];
    const place = change > 0 ? next - 1 : next;
    if (change <= 0) next += 1 - change;
    for (let unit = unitsOf(codePoint); unit > 0; unit--) {
      if (place >= 0) {
        starts[end] = places[place];
        ends[end] = places[place + 1];
      }
      units[end++] = unitOf(codePoint, unit);
    }
  }
  return { text: textOf(units, end), starts: starts.subarray(0, end), ends: ends.subarray(0, end) };
}

/** Unit of a code point, of which `left` units are still to come. */
function unitOf(codePoint: number, left: number): number {
  if (codePoint <= 0xffff) return codePoint;
  return left === 2 ? 0xd800 + ((codePoint - 0x10000) >> 10) : 0xdc00 + (codePoint & 0x3ff);
}

/** Positions of all characters, and the length. */
function placesOf(text: string): Int32Array {
  const places = new Int32Array(text.length + 1);
  let count = 0;
  for (let i = 0; i < text.length; count++) {
    places[count] = i;
    i += unitsOf(text.codePointAt(i) as number);
  }
  places[count] = text.length;
  return places;
}
