import { isWhitespace } from '../unicode/categories';
import { isLetter, isNumber } from '../unicode/letters-and-numbers';

export const OTHER = 0;
export const LETTER = 1;
export const NUMBER = 2;
export const SPACE = 3;
/** Carriage return or line feed. */
export const NEWLINE = 4;

/** Looks classes up for a splitter, those of the basic plane in a table that fills as units are met. */
export function characterClasses() {
  const table = new Uint8Array(1 << 16); // the class plus 1; 0 is unknown

  function classAt(text: string, position: number): number {
    const unit = text.charCodeAt(position);
    const known = table[unit];
    if (known !== 0) return known - 1;
    const codePoint = text.codePointAt(position) as number;
    const found = classOf(codePoint);
    if (codePoint === unit) table[unit] = found + 1;
    return found;
  }

  /** The position behind the code point at `position`. */
  function next(text: string, position: number): number {
    const unit = text.charCodeAt(position);
    return unit >= 0xd800 && unit <= 0xdbff ? position + 2 : position + 1;
  }

  function runEnd(text: string, start: number, kind: number): number {
    let end = start;
    while (end < text.length && classAt(text, end) === kind) end = next(text, end);
    return end;
  }

  function spaceEnd(text: string, start: number): number {
    let end = start;
    while (end < text.length && classAt(text, end) >= SPACE) end++;
    return end;
  }
  return { classAt, next, runEnd, spaceEnd };
}

function classOf(codePoint: number): number {
  if (codePoint === 10 || codePoint === 13) return NEWLINE;
  if (isWhitespace(codePoint)) return SPACE;
  if (isLetter(codePoint)) return LETTER;
  return isNumber(codePoint) ? NUMBER : OTHER;
}
