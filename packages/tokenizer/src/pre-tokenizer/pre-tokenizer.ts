import type { AlignedText } from '../normalizer/aligned-text';
import type { Matcher } from '../pattern/matcher';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/code-points';

/** Receives a word: the part `[start, end)` of `source`, which may differ from the text that was passed. */
export type OnWord = (source: AlignedText, start: number, end: number) => void;

/**
 * Splits the part `[start, end)` of a normalized text into words, in order, none of them empty.
 *
 * The text may lack alignment (`starts` is empty) if only the words matter.
 */
export type PreTokenizer = (source: AlignedText, start: number, end: number, onWord: OnWord) => void;

/** Makes the whole text one word: `"pre_tokenizer": null`. */
export const wholeText: PreTokenizer = (source, start, end, onWord) => {
  if (start < end) onWord(source, start, end);
};

/** Applies pre-tokenizers one after the other: each splits the words of the previous one. */
export function preTokenizerSequence(preTokenizers: readonly PreTokenizer[]): PreTokenizer {
  return preTokenizers.reduceRight<PreTokenizer>(
    (next, each) => (source, start, end, onWord) =>
      each(source, start, end, (piece, from, to) => next(piece, from, to, onWord)),
    wholeText,
  );
}

/** Splits at whitespace, and makes every punctuation character a word: `BertPreTokenizer`. */
export const bertPreTokenizer: PreTokenizer = (source, start, end, onWord) => {
  const { text } = source;
  let wordStart = start;
  let position = start;
  while (position < end) {
    const codePoint = text.codePointAt(position) as number;
    const next = position + unitsOf(codePoint);
    const punctuation = isPunctuation(codePoint);
    if (punctuation || isWhitespace(codePoint)) {
      if (wordStart < position) onWord(source, wordStart, position);
      if (punctuation) onWord(source, position, next);
      wordStart = next;
    }
    position = next;
  }
  if (wordStart < position) onWord(source, wordStart, position);
};

/** Treatment of the delimiters that a pattern matches. */
export type Behavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

/**
 * Splits a text at the matches of a pattern or, with `invert`, at the parts between them.
 *
 * Reference: `NormalizedString::split` of Hugging Face tokenizers, including its odd cases: with `MergedWithPrevious`,
 * a part takes only the first of several delimiters in a row.
 */
export function splitter(matcher: Matcher, behavior: Behavior, invert = false): PreTokenizer {
  return (source, from, to, onWord) => {
    const whole = from === 0 && to === source.text.length;
    const text = whole ? source.text : source.text.slice(from, to);
    const emit = (start: number, end: number) => {
      if (start < end) onWord(source, from + start, from + end);
    };
    if (behavior === 'Isolated') eachSpan(text, matcher, emit);
    else for (const { start, end } of merged(spans(text, matcher, invert), behavior)) emit(start, end);
  };
}

interface Span {
  start: number;
  end: number;
  readonly matched: boolean;
}

function eachSpan(text: string, matcher: Matcher, emit: (start: number, end: number, matched: boolean) => void): void {
  let last = 0;
  matcher(text, (start, end) => {
    if (last < start) emit(last, start, false);
    emit(start, end, true);
    last = end;
  });
  if (last < text.length) emit(last, text.length, false);
}

function spans(text: string, matcher: Matcher, invert: boolean): Span[] {
  const all: Span[] = [];
  eachSpan(text, matcher, (start, end, matched) => all.push({ start, end, matched: matched !== invert }));
  return all;
}

function merged(all: Span[], behavior: Behavior): Span[] {
  if (behavior === 'Removed') return all.filter(({ matched }) => !matched);
  if (behavior === 'MergedWithNext') return joined(all.reverse(), behavior).reverse();
  return joined(all, behavior);
}

function joined(all: Span[], behavior: Behavior): Span[] {
  const result: Span[] = [];
  let previous = false;
  for (const span of all) {
    const last = result.at(-1);
    const joins = behavior === 'Contiguous' ? span.matched === previous : span.matched && !previous;
    if (joins && last !== undefined) {
      last.start = Math.min(last.start, span.start);
      last.end = Math.max(last.end, span.end);
    } else result.push({ ...span });
    previous = span.matched;
  }
  return result;
}
