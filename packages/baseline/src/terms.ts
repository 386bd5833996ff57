// Terms of texts: words and n-grams, and the selection of columns of a TF-IDF matrix.
import { AttuneError, checkOptions, compareCodePoints, type TableOf } from '@attune/internal';

/** Splits a text into its terms, in order, with repetitions. */
export type Analyzer = (text: string) => string[];

/** Options of `wordAnalyzer`. */
export interface WordAnalyzerOptions {
  /** Lengths of the shortest and longest n-gram in words; default `[1, 1]`. */
  readonly ngramRange?: readonly [number, number];
  /** Whether to lower-case first, like Python's `lower()`; default true. */
  readonly lowercase?: boolean;
}

/** Whether a value is a pair of numbers, as an n-gram range is. */
export const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((length) => typeof length === 'number');

/** Kinds of `WordAnalyzerOptions`; `checkRange` refuses pairs in falling order or below 1. */
export const analyzerTable = {
  ngramRange: {
    expected: 'a pair [shortest, longest]',
    holds: isPair,
    advice(value: unknown) {
      if (typeof value === 'number') return `write [1, ${value}]`;
      return Array.isArray(value) && isPair(value[0]) ? `write [${value[0].join(', ')}]` : undefined;
    },
  },
  lowercase: 'boolean',
} satisfies TableOf<WordAnalyzerOptions>;

/**
 * Matches of scikit-learn's `\b\w\w+\b`: at least two letters, numbers or underscores. Combining marks are not `\w` in
 * Python, so they also end a word here.
 */
const word = /[\p{L}\p{N}_]{2,}/gu;

/**
 * scikit-learn's word analyzer: lower-cased words of two or more characters and their n-grams, joined by spaces, shorter ones
 * first.
 *
 * Letters are those of the JavaScript runtime's Unicode version, which may be newer than Python's.
 * @throws RangeError for an invalid range, AttuneError ARGUMENT_INVALID for an invalid option.
 * @example wordAnalyzer({ ngramRange: [1, 2] })("it's a C++ test"); // ['it', 'test', 'it test']
 */
export function wordAnalyzer(options: WordAnalyzerOptions = {}): Analyzer {
  checkOptions('wordAnalyzer', options, analyzerTable, '', { others: 'allowed' }); // those of `tfidf` have more names
  return analyzerOf(options);
}

/** The word analyzer of options whose names and kinds are checked. */
export function analyzerOf(options: WordAnalyzerOptions): Analyzer {
  const { ngramRange = [1, 1], lowercase = true } = options;
  checkRange(ngramRange);
  return (text) => {
    const words = (lowercase ? text.toLowerCase() : text).match(word) ?? [];
    return ngramRange[1] === 1 ? words : ngrams(words, ngramRange);
  };
}

function ngrams(words: readonly string[], [shortest, longest]: readonly [number, number]): string[] {
  const terms: string[] = [];
  for (let length = shortest; length <= longest; length++) {
    for (let start = 0; start + length <= words.length; start++) {
      terms.push(length === 1 ? words[start] : words.slice(start, start + length).join(' '));
    }
  }
  return terms;
}

function checkRange(range: readonly [number, number]): void {
  const [shortest, longest] = range;
  if (Number.isInteger(shortest) && Number.isInteger(longest) && shortest >= 1 && longest >= shortest) return;
  throw new RangeError(`tfidf: ngramRange expected integers [shortest ≥ 1, longest ≥ shortest], got [${range}]`);
}

/** Selection of terms for the columns. */
export interface TermLimits {
  /** Minimum document frequency: a count (an integer ≥ 1) or a share of the texts (below 1); default 1. */
  readonly minDf?: number;
  /** Maximum document frequency: a count (an integer ≥ 1) or a share of the texts (below 1); default none. */
  readonly maxDf?: number;
  /** Maximum number of terms: the most frequent over all texts, ties by code point. Default all. */
  readonly maxFeatures?: number;
}

/**
 * The vocabulary of texts, sorted by code point, with frequencies.
 *
 * Terms that are too rare or too common are dropped before `maxFeatures` applies, as in scikit-learn.
 */
export function selectTerms(texts: readonly string[], analyze: Analyzer, limits: TermLimits): [string, Frequency][] {
  const { minDf = 1, maxDf } = limits;
  const fewest = textLimit('minDf', minDf, texts.length);
  const most = maxDf === undefined ? Number.POSITIVE_INFINITY : textLimit('maxDf', maxDf, texts.length);
  if (most < fewest) throw new RangeError(`tfidf: maxDf expected at least minDf (${minDf}), got ${maxDf}`);
  const frequencies = countTerms(texts, analyze);
  const inBounds = [...frequencies].filter(([, count]) => count.texts >= fewest && count.texts <= most);
  const kept = mostFrequent(inBounds, limits.maxFeatures).sort(([a], [b]) => compareCodePoints(a, b));
  if (kept.length === 0) throw emptyVocabulary(texts.length, frequencies.size, [fewest, most]);
  return kept;
}

interface Frequency {
  /** Number of texts with the term. */
  texts: number;
  /** Number of occurrences in all texts. */
  total: number;
}

function countTerms(texts: readonly string[], analyze: Analyzer): Map<string, Frequency> {
  const frequencies = new Map<string, Frequency & { lastText: number }>();
  for (const [i, text] of texts.entries()) {
    for (const term of analyze(text)) {
      const frequency = frequencies.get(term);
      if (!frequency) {
        frequencies.set(term, { texts: 1, total: 1, lastText: i });
        continue;
      }
      frequency.total++;
      if (frequency.lastText !== i) frequency.texts++;
      frequency.lastText = i;
    }
  }
  return frequencies;
}

function mostFrequent(terms: [string, Frequency][], limit: number | undefined): [string, Frequency][] {
  if (limit === undefined) return terms;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`tfidf: maxFeatures expected an integer ≥ 1, got ${limit}`);
  }
  return terms.sort(([a, x], [b, y]) => y.total - x.total || compareCodePoints(a, b)).slice(0, limit);
}

/** A limit as a number of texts, from a count or a share. */
function textLimit(name: 'minDf' | 'maxDf', limit: number, texts: number): number {
  if (Number.isInteger(limit) && limit >= 1) return limit;
  if (limit >= 0 && limit < 1) return limit * texts;
  throw new RangeError(`tfidf: ${name} expected an integer ≥ 1 or a share below 1, got ${limit}`);
}

function emptyVocabulary(texts: number, terms: number, [fewest, most]: readonly [number, number]): AttuneError {
  const bounds = most < texts ? `between ${fewest} and ${most} texts` : `${fewest} texts or more`;
  const actual = terms === 0 ? `${texts} texts with no words in them` : `${terms} terms, none of which is in ${bounds}`;
  return new AttuneError(
    'EMPTY_VOCABULARY',
    `tfidf: expected texts with shared terms, got ${actual}; check the text column, lower minDf or raise maxDf`,
  );
}
