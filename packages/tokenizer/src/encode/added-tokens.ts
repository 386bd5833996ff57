import type { Normalizer } from '../normalizer/normalizer';
import { isWhitespace } from '../unicode/categories';

/**
 * A token that is found in the text before the model sees it: a special token such as `[MASK]`, or one that a user
 * added.
 */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether `decode` leaves it out by default. */
  readonly special: boolean;
  /** Whether it is found only where no word character touches it. */
  readonly singleWord: boolean;
  /** Whether it includes the whitespace before it. */
  readonly lstrip: boolean;
  /** Whether it includes the whitespace after it. */
  readonly rstrip: boolean;
  /** Whether it is normalized and searched in the normalized text; otherwise in the original text. */
  readonly normalized: boolean;
}

/** An added token found in a text, at `[start, end)`. */
export interface AddedTokenMatch {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Finds added tokens in a text, in order and without overlaps. */
export type AddedTokenMatcher = (text: string) => AddedTokenMatch[];

/** Matchers of both passes: over the original text, and over the normalized parts between the matches of the first. */
export interface AddedTokenMatchers {
  readonly original: AddedTokenMatcher;
  readonly normalized: AddedTokenMatcher;
}

/**
 * Makes matchers that find added tokens, the leftmost and then the longest first.
 *
 * Reference: `added_vocabulary.rs` of Hugging Face tokenizers.
 */
export function addedTokenMatchers(tokens: readonly AddedToken[], normalizer: Normalizer): AddedTokenMatchers {
  const patterns = (normalized: boolean) =>
    tokens
      .filter((token) => token.normalized === normalized)
      .map((token) => ({ token, pattern: normalized ? normalizer.normalize(token.content).text : token.content }));
  return { original: matcher(patterns(false)), normalized: matcher(patterns(true)) };
}

interface Pattern {
  token: AddedToken;
  pattern: string;
}

function matcher(patterns: Pattern[]): AddedTokenMatcher {
  const tokens = new Map<string, AddedToken>();
  for (const { token, pattern } of patterns) {
    if (pattern !== '' && !tokens.has(pattern)) tokens.set(pattern, token);
  }
  if (tokens.size === 0) return () => [];
  const expression = new RegExp(alternatives([...tokens.keys()]), 'gu');
  return (text) => {
    const matches: AddedTokenMatch[] = [];
    let covered = 0;
    for (const found of text.matchAll(expression)) {
      const token = tokens.get(found[0]) as AddedToken;
      const match = extend(token, text, { start: found.index, end: found.index + found[0].length }, covered);
      if (match === undefined) continue;
      matches.push(match);
      covered = match.end;
    }
    return matches;
  };
}

/** Puts the longest first, because a regular expression takes the first alternative that fits. */
function alternatives(patterns: string[]): string {
  return patterns
    .sort((a, b) => b.length - a.length)
    .map((pattern) => pattern.replace(/[$()*+.?[\\\]^{|}/]/g, '\\$&'))
    .join('|');
}

function extend(
  token: AddedToken,
  text: string,
  { start, end }: { start: number; end: number },
  covered: number,
): AddedTokenMatch | undefined {
  if (start < covered) return undefined;
  if (token.singleWord && touchesWord(text, start, end)) return undefined;
  return {
    id: token.id,
    start: token.lstrip ? Math.max(covered, whitespaceBefore(text, start)) : start,
    end: token.rstrip ? whitespaceAfter(text, end) : end,
  };
}

/** `\w` of the reference's regular expressions. */
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

function touchesWord(text: string, start: number, end: number): boolean {
  return wordAtEnd.test(text.slice(Math.max(0, start - 2), start)) || wordAtStart.test(text.slice(end, end + 2));
}

function whitespaceBefore(text: string, position: number): number {
  let start = position;
  while (start > 0 && isWhitespace(text.charCodeAt(start - 1))) start--;
  return start;
}

function whitespaceAfter(text: string, position: number): number {
  let end = position;
  while (end < text.length && isWhitespace(text.charCodeAt(end))) end++;
  return end;
}
