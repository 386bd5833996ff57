/**
 * Words of the byte-level tokenizers: the split patterns of GPT-2, GPT-4, Llama 3 and Qwen, matched by hand at several
 * times the speed of a regular expression (measured), and by the same Unicode tables on every engine.
 */

import { isWhitespace } from '../unicode/categories';
import { isLetter, isNumber } from '../unicode/letters-and-numbers';
import type { Matcher } from './matcher';

/** The pattern of GPT-2, which is also that of the pre-tokenizer `ByteLevel`. */
const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The pattern of GPT-4 (cl100k) and Llama 3, with up to three digits per word, and of Qwen, with one. */
const tiktokenPattern = (digits: string) =>
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)" +
  String.raw`|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Returns the hand-written matcher of a pattern, or `undefined` if there is none. */
export function knownPattern(pattern: string): Matcher | undefined {
  if (pattern === gpt2Pattern) return gpt2Words();
  if (pattern === tiktokenPattern('{1,3}')) return tiktokenWords(3);
  if (pattern === tiktokenPattern('')) return tiktokenWords(1);
  return undefined;
}

/**
 * Matches the words of GPT-2: contractions, letters, numbers and other signs, each with the space before it, and
 * whitespace.
 */
export function gpt2Words(): Matcher {
  const classes = characterClasses();
  const { classAt, runEnd } = classes;
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const contraction = contractionEnd(text, start, false);
      let end = contraction;
      if (end === start) {
        const first = text.charCodeAt(start) === 32 && start + 1 < text.length ? start + 1 : start;
        const kind = classAt(text, first);
        end = kind === space || kind === newline ? whitespaceEnd(classes, text, start) : runEnd(text, first, kind);
      }
      onMatch(start, end);
      start = end;
    }
  };
}

/**
 * Matches the words of GPT-4 and Llama 3: as GPT-2's, but letters take any one sign before them, and signs the line
 * breaks after them.
 */
function tiktokenWords(mostDigits: number): Matcher {
  const classes = characterClasses();
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const contraction = contractionEnd(text, start, true);
      const end = contraction > start ? contraction : tiktokenEnd(classes, text, start, mostDigits);
      onMatch(start, end);
      start = end;
    }
  };
}

type Classes = ReturnType<typeof characterClasses>;

function tiktokenEnd(classes: Classes, text: string, start: number, mostDigits: number): number {
  const { classAt, runEnd, next } = classes;
  const kind = classAt(text, start);
  if (kind === letter) return runEnd(text, start, letter);
  if (kind === number) return digitsEnd(classes, text, start, mostDigits);
  const second = next(text, start);
  const secondKind = second < text.length ? classAt(text, second) : -1;
  if (kind !== newline && secondKind === letter) return runEnd(text, second, letter);
  const spaced = text.charCodeAt(start) === 32 && secondKind === other;
  if (kind !== other && !spaced) return breaksEnd(classes, text, start);
  return newlinesEnd(text, runEnd(text, spaced ? second : start, other));
}

function digitsEnd({ classAt, next }: Classes, text: string, start: number, most: number): number {
  let end = start;
  for (let i = 0; i < most && end < text.length && classAt(text, end) === number; i++) end = next(text, end);
  return end;
}

function newlinesEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isNewline(text.charCodeAt(end))) end++;
  return end;
}

/** End of whitespace at its last line break; without one, as in GPT-2. */
function breaksEnd(classes: Classes, text: string, start: number): number {
  const end = classes.spaceEnd(text, start);
  for (let i = end; i > start; i--) if (isNewline(text.charCodeAt(i - 1))) return i;
  return whitespaceEnd(classes, text, start);
}

/** End of whitespace; its last character is left to a word that follows, unless it is the only one. */
function whitespaceEnd({ spaceEnd }: Classes, text: string, start: number): number {
  const end = spaceEnd(text, start);
  return end < text.length && end > start + 1 ? end - 1 : end;
}

function isNewline(unit: number): boolean {
  return unit === 10 || unit === 13;
}

/** End of one of `'s 't 're 've 'm 'll 'd`, or `start` if there is none. Regardless of case, `ſ` is an s. */
function contractionEnd(text: string, start: number, anyCase: boolean): number {
  if (text.charCodeAt(start) !== 39 || start + 1 >= text.length) return start;
  const fold = (unit: number) => (!anyCase ? unit : unit === 0x17f ? 115 : unit >= 65 && unit <= 90 ? unit + 32 : unit);
  const a = fold(text.charCodeAt(start + 1));
  if (a === 115 || a === 116 || a === 109 || a === 100) return start + 2;
  if (start + 2 >= text.length) return start;
  const b = fold(text.charCodeAt(start + 2));
  return ((a === 114 || a === 118) && b === 101) || (a === 108 && b === 108) ? start + 3 : start;
}

const other = 0;
const letter = 1;
const number = 2;
const space = 3;
/** Carriage return or line feed. */
const newline = 4;

/**
 * Classes of characters for a matcher; those of the basic plane are kept in a table that is filled as characters are
 * met.
 */
function characterClasses() {
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

  /** Position after the code point at `position`. */
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
    while (end < text.length && classAt(text, end) >= space) end++;
    return end;
  }
  return { classAt, next, runEnd, spaceEnd };
}

function classOf(codePoint: number): number {
  if (codePoint === 10 || codePoint === 13) return newline;
  if (isWhitespace(codePoint)) return space;
  if (isLetter(codePoint)) return letter;
  return isNumber(codePoint) ? number : other;
}
