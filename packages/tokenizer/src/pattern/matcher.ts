/** Finds what a pattern matches in a text: calls `onMatch` with each `[start, end)`, in order, without overlaps. */
export type Matcher = (text: string, onMatch: (start: number, end: number) => void) => void;

/** Every occurrence of `literal`. */
export function literalMatcher(literal: string): Matcher {
  return (text, onMatch) => {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
      onMatch(at, at + literal.length);
    }
  };
}

/** Every code point that `is` holds for. */
export function characterMatcher(is: (codePoint: number) => boolean): Matcher {
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const codePoint = text.codePointAt(start) as number;
      const end = start + (codePoint > 0xffff ? 2 : 1);
      if (is(codePoint)) onMatch(start, end);
      start = end;
    }
  };
}

/** Every match of a regular expression, which has the flags `g` and `u`; an empty match where the one before it ended is none. */
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
