import { automatonOf } from './aho-corasick';
import type { EntitySpan, TextRange } from './spans';

/** A term to be found in texts, such as the name of a skill. */
export interface Term {
  readonly term: string;
  readonly label: string;
}

export interface MatchOptions {
  /** Default false: letters are compared in lower case. */
  readonly caseSensitive?: boolean;
  /** Whether a term that begins or ends with a letter or digit must not do so within a word; default true. */
  readonly wholeWords?: boolean;
  /** Which of overlapping matches is kept: the longest (the default), or with false the one that begins first, and of these the longest. */
  readonly longest?: boolean;
}

/**
 * The places of terms in a text, in order, none overlapping.
 *
 * Takes time in proportion to the text, the terms and the matches; for many texts make a `termMatcher` once. Throws RangeError for an empty
 * term, and for one that is given two labels.
 * @example
 * matchTerms('Java and JavaScript', [{ term: 'java', label: 'SKILL' }, { term: 'JavaScript', label: 'SKILL' }])
 * // [{ start: 0, end: 4, label: 'SKILL' }, { start: 9, end: 19, label: 'SKILL' }]
 */
export function matchTerms(text: string, terms: readonly Term[], options: MatchOptions = {}): EntitySpan[] {
  return termMatcher(terms, options)(text);
}

/**
 * `matchTerms` for many texts.
 *
 * @example const spansOf = termMatcher(skills); const spans = texts.map(spansOf);
 */
export function termMatcher(terms: readonly Term[], options: MatchOptions = {}): (text: string) => EntitySpan[] {
  const { caseSensitive = false, wholeWords = true, longest = true } = options;
  const fold = caseSensitive ? (text: string) => text : lowerCase;
  const labels = labelsOf(terms, fold);
  const words = [...labels.keys()];
  const automaton = automatonOf(words);
  const choose = longest ? longestFirst : leftmostFirst;
  return (text) => {
    const found: EntitySpan[] = [];
    automaton.search(fold(text), (end, word) => {
      const range = { start: end - words[word].length, end };
      if (!wholeWords || isWhole(text, range)) found.push({ ...range, label: labels.get(words[word]) ?? '' });
    });
    return choose(found, text.length);
  };
}

function labelsOf(terms: readonly Term[], fold: (text: string) => string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { term, label } of terms) {
    const word = fold(term);
    if (word === '') throw new RangeError('matchTerms: terms expected texts that are not empty, got ""');
    const known = labels.get(word);
    if (known !== undefined && known !== label)
      throw new RangeError(
        `matchTerms: ${JSON.stringify(term)} expected one label, got ${JSON.stringify(known)} and ${JSON.stringify(label)}`,
      );
    labels.set(word, label);
  }
  return labels;
}

/** Lower case in which every character stays where it is: `İ`, whose own is longer, stays, and `ς` is `σ`. */
function lowerCase(text: string): string {
  return text.replace(/[^a-z\s]/gu, (character) => {
    const lower = character.toLowerCase();
    if (lower === 'ς') return 'σ';
    return lower.length === character.length ? lower : character;
  });
}

const wordCharacter = /^[\p{L}\p{M}\p{N}]/u;

/** Whether no word goes on beyond either end of a match. */
function isWhole(text: string, { start, end }: TextRange): boolean {
  return (
    !(isWord(text, before(text, end)) && isWord(text, end)) &&
    !(isWord(text, start) && isWord(text, before(text, start)))
  );
}

const isWord = (text: string, i: number) => i >= 0 && i < text.length && wordCharacter.test(text.slice(i, i + 2));

/** Where the character begins that ends at `i`; it may be a pair of units. */
function before(text: string, i: number): number {
  const isPair = i > 1 && (text.codePointAt(i - 2) ?? 0) > 0xffff;
  return isPair ? i - 2 : i - 1;
}

function longestFirst(found: EntitySpan[], length: number): EntitySpan[] {
  const taken = new Uint8Array(length);
  const byLength = found.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  // What was taken is as long or longer: one that overlaps this has one of its ends.
  const kept = byLength.filter(({ start, end }) => {
    const isFree = taken[start] === 0 && taken[end - 1] === 0;
    if (isFree) taken.fill(1, start, end);
    return isFree;
  });
  return kept.sort((a, b) => a.start - b.start);
}

function leftmostFirst(found: EntitySpan[]): EntitySpan[] {
  let last = 0;
  return found
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      const isFree = start >= last;
      if (isFree) last = end;
      return isFree;
    });
}
