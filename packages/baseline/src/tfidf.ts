import { type Analyzer, type WordAnalyzerOptions, wordAnalyzer } from './analyzer';
import { fromRows, type SparseMatrix } from './sparse-matrix';
import { selectTerms, type TermLimits } from './terms';

export interface TfidfOptions extends WordAnalyzerOptions, TermLimits {
  /** Count a term that occurs n times as 1 + ln n. Default false. */
  sublinearTf?: boolean;
  /** Replaces the word analyzer; `ngramRange` and `lowercase` are then unused. */
  analyzer?: Analyzer;
}

/** What a vectorizer is made of, ready for `JSON.stringify`. */
export interface TfidfJson {
  vocabulary: string[];
  idf: number[];
  ngramRange: [number, number];
  lowercase: boolean;
  sublinearTf: boolean;
  /** True when the terms came from a function of the caller's, which JSON cannot hold. */
  customAnalyzer: boolean;
}

export interface TfidfVectorizer {
  /** The terms, in column order: by code point. */
  vocabulary: string[];
  /** The inverse document frequency of each column. */
  idf: Float64Array;
  /** Texts to rows of length 1 (or empty, when a text holds no known term). */
  transform(texts: readonly string[]): SparseMatrix;
  toJson(): TfidfJson;
}

/**
 * Learns a vocabulary and its inverse document frequencies.
 *
 * A row of `transform` holds `tf · idf` scaled to Euclidean length 1, where `tf` is the count (or `1 + ln count`) and
 * `idf = ln((1 + texts) / (1 + texts with the term)) + 1`. Equal to scikit-learn's `TfidfVectorizer` with its defaults.
 *
 * ```ts
 * const vectorizer = tfidf(['soybean farming', 'wheat farming']);
 * vectorizer.transform(['wheat farming']); // { indptr: [0, 2], indices: [0, 2], values: [.58, .81], columns: 3 }
 * ```
 *
 * Throws RangeError for an impossible option and AttuneError `EMPTY_VOCABULARY` when no term is left.
 */
export function tfidf(texts: readonly string[], options: TfidfOptions = {}): TfidfVectorizer {
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
 * Restores what `toJson` wrote; a vectorizer with its own `analyzer` needs it handed in again.
 */
export function tfidfFromJson(json: TfidfJson, options: { analyzer?: Analyzer } = {}): TfidfVectorizer {
  if (json.vocabulary.length !== json.idf.length) {
    const lengths = `${json.vocabulary.length} terms and ${json.idf.length} frequencies`;
    throw new RangeError(`tfidfFromJson: expected one idf for each term, got ${lengths}`);
  }
  if (json.customAnalyzer && !options.analyzer) {
    throw new TypeError('tfidfFromJson: the vectorizer had its own analyzer; pass it as options.analyzer');
  }
  return vectorizer([...json.vocabulary], Float64Array.from(json.idf), resolve({ ...json, ...options }));
}

interface Settings extends Omit<TfidfJson, 'vocabulary' | 'idf'> {
  analyze: Analyzer;
}

function resolve(options: TfidfOptions): Settings {
  const [shortest, longest] = options.ngramRange ?? [1, 1];
  return {
    ngramRange: [shortest, longest],
    lowercase: options.lowercase ?? true,
    sublinearTf: options.sublinearTf ?? false,
    customAnalyzer: options.analyzer !== undefined,
    analyze: options.analyzer ?? wordAnalyzer(options),
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

/** Counts to tf · idf of Euclidean length 1, in place. */
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
