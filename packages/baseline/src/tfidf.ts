// TF-IDF features equal to those of scikit-learn.

import { checkOptions, type TableOf } from '@attune/internal';
import { fromRows, type SparseMatrix } from './sparse-matrix';
import {
  type Analyzer,
  analyzerOf,
  analyzerTable,
  selectTerms,
  type TermLimits,
  type WordAnalyzerOptions,
} from './terms';

/** Options of `tfidf`. */
export interface TfidfOptions extends WordAnalyzerOptions, TermLimits {
  /** Whether to use 1 + ln n instead of the count n of a term; default false. */
  readonly sublinearTf?: boolean;
  /** Function that replaces the word analyzer; `ngramRange` and `lowercase` are then ignored. Default `wordAnalyzer`. */
  readonly analyzer?: Analyzer;
}

/** Kinds of `TfidfOptions`. */
export const tfidfTable = {
  ...analyzerTable,
  analyzer: 'function',
  minDf: 'number',
  maxDf: 'number',
  maxFeatures: 'number',
  sublinearTf: 'boolean',
} satisfies TableOf<TfidfOptions>;

/** A vectorizer as JSON. */
export interface TfidfJson {
  /** The terms in the order of columns, by code point. */
  readonly vocabulary: string[];
  /** Inverse document frequency of each term. */
  readonly idf: number[];
  /** Lengths of the shortest and longest n-gram in words. */
  readonly ngramRange: [number, number];
  /** Whether texts are lower-cased before they are split into words. */
  readonly lowercase: boolean;
  /** Whether counts n become 1 + ln n. */
  readonly sublinearTf: boolean;
  /** Whether the analyzer was a function of the caller, which JSON cannot represent. */
  readonly customAnalyzer: boolean;
}

/** Converts texts to TF-IDF rows. */
export interface TfidfVectorizer {
  /** The terms in the order of columns, by code point. */
  readonly vocabulary: string[];
  /** Inverse document frequency of each column. */
  readonly idf: Float64Array;
  /** Rows of Euclidean length 1, [texts, vocabulary]; empty for a text without a known term. */
  transform(texts: readonly string[]): SparseMatrix;
  /** A copy for `JSON.stringify`, which `tfidfFromJson` restores. */
  toJson(): TfidfJson;
}

/**
 * Fits a TF-IDF vectorizer: a vocabulary and its inverse document frequencies.
 *
 * A row of `transform` holds `tf · idf` scaled to Euclidean length 1, where `tf` is the count (or `1 + ln count`) and
 * `idf = ln((1 + texts) / (1 + texts with the term)) + 1`. Equal to scikit-learn's `TfidfVectorizer` with its defaults.
 * @throws RangeError for an option out of range, AttuneError `ARGUMENT_INVALID` for an invalid option and `EMPTY_VOCABULARY` if no term is
 * left.
 * @example
 * const vectorizer = tfidf(['soybean farming', 'wheat farming']);
 * vectorizer.transform(['wheat farming']); // { indptr: [0, 2], indices: [0, 2], values: [.58, .81], columns: 3 }
 */
export function tfidf(texts: readonly string[], options: TfidfOptions = {}): TfidfVectorizer {
  checkOptions('tfidf', options, tfidfTable);
  return fitTfidf(texts, options);
}

/** The vectorizer of options whose names and kinds are checked. */
export function fitTfidf(texts: readonly string[], options: TfidfOptions): TfidfVectorizer {
  const settings = resolve(options);
  const kept = selectTerms(texts, settings.analyze, options);
  const idf = Float64Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count.texts)) + 1);
  return vectorizer(
    kept.map(([term]) => term),
    idf,
    settings,
  );
}

/**
 * Restores a vectorizer from `toJson`. If it was fitted with a custom `analyzer`, pass it again.
 *
 * @throws RangeError if terms and frequencies differ in number, TypeError if the analyzer is missing, AttuneError `ARGUMENT_INVALID` for an
 * invalid option.
 * @example tfidfFromJson(JSON.parse(JSON.stringify(vectorizer.toJson())))
 */
export function tfidfFromJson(
  json: TfidfJson,
  options: {
    /** The custom analyzer that the vectorizer was fitted with; required if there was one. Default the word analyzer. */
    analyzer?: Analyzer;
  } = {},
): TfidfVectorizer {
  checkOptions('tfidfFromJson', options, { analyzer: 'function' });
  if (json.vocabulary.length !== json.idf.length) {
    const lengths = `${json.vocabulary.length} terms and ${json.idf.length} frequencies`;
    throw new RangeError(`tfidfFromJson: expected one idf for each term, got ${lengths}`);
  }
  if (json.customAnalyzer && !options.analyzer) {
    throw new TypeError(
      'tfidfFromJson: expected the custom analyzer of the vectorizer, got none; pass it as options.analyzer',
    );
  }
  return vectorizer([...json.vocabulary], Float64Array.from(json.idf), resolve({ ...json, ...options }));
}

interface Settings extends Omit<TfidfJson, 'vocabulary' | 'idf'> {
  readonly analyze: Analyzer;
}

function resolve(options: TfidfOptions): Settings {
  const [shortest, longest] = options.ngramRange ?? [1, 1];
  return {
    ngramRange: [shortest, longest],
    lowercase: options.lowercase ?? true,
    sublinearTf: options.sublinearTf ?? false,
    customAnalyzer: options.analyzer !== undefined,
    analyze: options.analyzer ?? analyzerOf(options),
  };
}

function vectorizer(vocabulary: string[], idf: Float64Array, { analyze, ...settings }: Settings): TfidfVectorizer {
  const columnOf = new Map(vocabulary.map((term, column) => [term, column]));
  const row = (text: string) => weigh(countColumns(analyze(text), columnOf), idf, settings.sublinearTf);
  return {
    vocabulary,
    idf,
    transform: (texts) => fromRows(texts.map(row), vocabulary.length),
    toJson: () => ({ vocabulary: [...vocabulary], idf: [...idf], ...settings }),
  };
}

function countColumns(terms: readonly string[], columnOf: ReadonlyMap<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const column = columnOf.get(term);
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}

/** Converts counts to tf · idf of Euclidean length 1, in place. */
function weigh(row: Map<number, number>, idf: Float64Array, sublinear: boolean): Map<number, number> {
  let squares = 0;
  for (const [column, count] of row) {
    const value = (sublinear ? 1 + Math.log(count) : count) * idf[column];
    row.set(column, value);
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  for (const [column, value] of row) row.set(column, value / length);
  return row;
}
