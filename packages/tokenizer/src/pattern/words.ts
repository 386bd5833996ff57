import { isWhitespace } from '../unicode/categories';
import { isNewerWord } from '../unicode/newer-words';
import { unitsOf } from '../unicode/well-formed';
import type { Matcher } from './matcher';

const WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

const NONE = 0;
const LETTERS = 1;
const SIGNS = 2;

/** `\w+|[^\w\s]+` of Rust's `regex`: runs of word characters, and of what is neither these nor whitespace. */
export const wordMatcher: Matcher = (text, onMatch) => {
  let start = 0;
  let run = NONE;
  for (let position = 0; position < text.length; ) {
    const codePoint = text.codePointAt(position) as number;
    const kind = isWhitespace(codePoint) ? NONE : isWord(codePoint) ? LETTERS : SIGNS;
    if (kind !== run) {
      if (run !== NONE) onMatch(start, position);
      start = position;
      run = kind;
    }
    position += unitsOf(codePoint);
  }
  if (run !== NONE) onMatch(start, text.length);
};

function isWord(codePoint: number): boolean {
  return WORD.test(String.fromCodePoint(codePoint)) && !isNewerWord(codePoint);
}
