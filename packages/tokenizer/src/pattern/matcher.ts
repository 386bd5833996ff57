import { isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/code-points';
import { isNewerWord } from '../unicode/letters-and-numbers';

/**
 * Finds the matches of a pattern in a text: calls `onMatch` with each `[start, end)`, in order and without overlaps.
 */
export type Matcher = (text: string, onMatch: (start: number, end: number) => void) => void;

/** Matches every occurrence of a literal. */
export function literalMatcher(literal: string): Matcher {
  return (text, onMatch) => {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
      onMatch(at, at + literal.length);
    }
  };
}

/** Matches every code point that passes a test. */
export function characterMatcher(is: (codePoint: number) => boolean): Matcher {
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const codePoint = text.codePointAt(start) as number;
      const end = start + unitsOf(codePoint);
      if (is(codePoint)) onMatch(start, end);
      start = end;
    }
  };
}

/**
 * Matches a regular expression with the flags `g` and `u`. An empty match at the end of the match before it does not
 * count.
 */
export function expressionMatcher(expression: RegExp): Matcher {
  return (text, onMatch) => {
    let last = -1;
    for (const found of text.matchAll(expression)) {
      const end = found.index + found[0].length;
      if (end === found.index && end === last) continue;
      onMatch(found.index, end);
      last = end;
    }
  };
}

const wordCharacter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

const none = 0;
const letters = 1;
const signs = 2;

/**
 * Matches `\w+|[^\w\s]+` as Rust's `regex` does: runs of word characters, and runs of neither word characters nor
 * whitespace.
 */
export const wordMatcher: Matcher = (text, onMatch) => {
  let start = 0;
  let run = none;
  for (let position = 0; position < text.length; ) {
    const codePoint = text.codePointAt(position) as number;
    const kind = isWhitespace(codePoint) ? none : isWord(codePoint) ? letters : signs;
    if (kind !== run) {
      if (run !== none) onMatch(start, position);
      start = position;
      run = kind;
    }
    position += unitsOf(codePoint);
  }
  if (run !== none) onMatch(start, text.length);
};

function isWord(codePoint: number): boolean {
  return wordCharacter.test(String.fromCodePoint(codePoint)) && !isNewerWord(codePoint);
}
