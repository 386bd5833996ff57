import type { Matcher } from '../pattern/matcher';
import type { PreTokenizer } from './pre-tokenizer';

/** What becomes of the delimiters that a pattern matches. */
export type Behavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

interface Span {
  start: number;
  end: number;
  matched: boolean;
}

/**
 * Cuts a text at what a pattern matches (inverted: at what it does not).
 *
 * Reference: `NormalizedString::split` of Hugging Face tokenizers, from which the odd cases come: an unmatched part before
 * it takes only the first of several delimiters in a row.
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
