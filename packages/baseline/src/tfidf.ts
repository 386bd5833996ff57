import { type Analyzer, type WordAnalyzerOptions, wordAnalyzer } from './analyzer';
import { AttuneError } from './attune-error';
import { compareCodePoints } from './code-points';
import { fromRows, type SparseMatrix } from './sparse-matrix';

export interface TfidfOptions extends WordAnalyzerOptions {
  /** Terms in fewer texts are left out: a count (an integer ≥ 1) or a share of the texts (below 1). Default 1. */
  minDf?: number;
  /** Keep only this many terms, the most frequent over all texts (ties: by code point). Default: all. */
  maxFeatures?: number;
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
  const minimum = minimumTexts(options.minDf ?? 1, texts.length);
  const frequencies = countTerms(texts, settings.analyze);
  const frequent = [...frequencies].filter(([, count]) => count.texts >= minimum);
  const kept = mostFrequent(frequent, options.maxFeatures).sort(([a], [b]) => compareCodePoints(a, b));
  if (kept.length === 0) throw emptyVocabulary(texts.length, frequencies.size, minimum);
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

interface Frequency {
  /** How many texts hold the term. */
  texts: number;
  /** How often it occurs over all texts. */
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

function minimumTexts(minDf: number, texts: number): number {
  if (Number.isInteger(minDf) && minDf >= 1) return minDf;
  if (minDf >= 0 && minDf < 1) return minDf * texts;
  throw new RangeError(`tfidf: minDf expected an integer ≥ 1 or a share below 1, got ${minDf}`);
}

function emptyVocabulary(texts: number, terms: number, minimum: number): AttuneError {
  const came =
    terms === 0 ? `${texts} texts with no words in them` : `${terms} terms, none of them in ${minimum} texts or more`;
  return new AttuneError(
    'EMPTY_VOCABULARY',
    `tfidf: expected texts with terms in common, got ${came}; check the text column, or lower minDf`,
  );
}
