// Baselines of text classification: TF-IDF with logistic regression, its most important terms, and the majority class.

import {
  argMax,
  checkItems,
  checkOptions,
  compareCodePoints,
  type Items,
  type TableOf,
  texts as textItems,
} from '@attune/internal';
import {
  fitLogistic,
  type LogisticRegression,
  type LogisticRegressionOptions,
  regressionTable,
} from './logistic-regression';
import { fitTfidf, type TfidfOptions, type TfidfVectorizer, tfidfTable } from './tfidf';

/** Options of `trainBaseline`: those of the features and of the regression. */
export interface BaselineOptions extends TfidfOptions, LogisticRegressionOptions {}

/** Prediction for one text. */
export interface BaselinePrediction {
  /** The most probable label; ties go to the first by code point. */
  readonly label: string;
  /** The probability of `label`. */
  readonly score: number;
  /** The probability of every label. */
  readonly scores: Record<string, number>;
}

/** A text classifier of TF-IDF features and logistic regression. */
export interface Baseline {
  /** The labels, sorted by code point. */
  readonly labels: string[];
  /** Converts texts to TF-IDF rows, [texts, vocabulary]. */
  readonly vectorizer: TfidfVectorizer;
  /** Logistic regression on the vectorizer's columns. */
  readonly classifier: LogisticRegression<string>;
  /** Predictions of the texts, in order. Throws AttuneError ARGUMENT_INVALID, with the index, for an item that is not a text. */
  predict(texts: readonly string[]): BaselinePrediction[];
  /** The prediction of one text. */
  predict(text: string): BaselinePrediction;
  /** Probabilities [texts, labels], row by row. */
  predictProbabilities(texts: readonly string[]): Float64Array;
  /** The `k` terms with the largest coefficients for a label, largest first. */
  topFeatures(label: string, k: number): TopFeature[];
}

/**
 * Trains a text classifier of TF-IDF features and logistic regression, the baseline for a fine-tuned model.
 *
 * Defaults are those of scikit-learn (single words, C = 1).
 * @throws RangeError if texts and labels differ in number or are empty, and as `tfidf` and `logisticRegression`; AttuneError
 * ARGUMENT_INVALID for an invalid text, label or option.
 * @example
 * const baseline = trainBaseline(texts, labels, { ngramRange: [1, 2], sublinearTf: true });
 * baseline.predict('soybean farming').label; // '11'
 */
export function trainBaseline(
  texts: readonly string[],
  labels: readonly string[],
  options: BaselineOptions = {},
): Baseline {
  checkLabeled('trainBaseline', { texts, labels });
  checkOptions('trainBaseline', options, baselineTable);
  if (texts.length !== labels.length || texts.length === 0) {
    const actual = `${texts.length} texts and ${labels.length} labels`;
    throw new RangeError(`trainBaseline: expected a label for each text, got ${actual}`);
  }
  const vectorizer = fitTfidf(texts, options);
  return baselineOf(vectorizer, fitLogistic(vectorizer.transform(texts), labels, options));
}

/** Options of a baseline and their types. */
export const baselineTable = { ...tfidfTable, ...regressionTable } satisfies TableOf<BaselineOptions>;

const labelItems: Items = {
  ...textItems,
  expected: 'a label, which is a string',
  advice: (item) =>
    typeof item === 'number' || typeof item === 'boolean' ? 'convert them to strings: labels.map(String)' : undefined,
};

/** @throws AttuneError ARGUMENT_INVALID, with the index, for an invalid text or label */
export function checkLabeled(where: string, { texts, labels }: { readonly texts: unknown; readonly labels: unknown }) {
  checkItems(where, { texts }, textItems);
  checkItems(where, { labels }, labelItems);
}

/** A baseline from a vectorizer and a classifier of its columns. */
export function baselineOf(vectorizer: TfidfVectorizer, classifier: LogisticRegression<string>): Baseline {
  const predictProbabilities = (unseen: readonly string[]) =>
    classifier.predictProbabilities(vectorizer.transform(unseen));
  function predict(unseen: readonly string[]): BaselinePrediction[];
  function predict(unseen: string): BaselinePrediction;
  function predict(unseen: string | readonly string[]): BaselinePrediction | BaselinePrediction[] {
    if (typeof unseen === 'string') return predict([unseen])[0];
    checkItems('predict', { texts: unseen }, textItems);
    const scores = predictProbabilities(unseen);
    return unseen.map((_, row) => namedPrediction(scores, row, classifier.classes));
  }
  return {
    labels: classifier.classes,
    vectorizer,
    classifier,
    predictProbabilities,
    predict,
    topFeatures: (label, k) => sortedFeatures({ vectorizer, classifier }, label, 'topFeatures').slice(0, k),
  };
}

/** Row `row` of probabilities [rows, labels], by label. */
function namedPrediction(scores: Float64Array, row: number, labels: readonly string[]): BaselinePrediction {
  const own = scores.subarray(row * labels.length, (row + 1) * labels.length);
  const best = argMax(own);
  const named = Object.fromEntries(labels.map((label, index) => [label, own[index]]));
  return { label: labels[best], score: own[best], scores: named };
}

/** A classifier that always predicts the most frequent label. */
export interface MajorityBaseline {
  /** The labels, sorted by code point. */
  readonly labels: string[];
  /** The most frequent label; ties go to the first by code point. */
  readonly label: string;
  /** Its share of the labels: the accuracy of this baseline. */
  readonly share: number;
  /** The same prediction for every text, with each label's share as its probability. */
  predict(texts: readonly string[]): BaselinePrediction[];
}

/**
 * The simplest baseline: always predicts the most frequent label. Equals scikit-learn's `DummyClassifier` with `strategy='prior'`.
 *
 * @throws RangeError if there are no labels.
 * @example majorityBaseline(['a', 'b', 'b', 'b']) // { label: 'b', share: 0.75, … }
 */
export function majorityBaseline(trainingLabels: readonly string[]): MajorityBaseline {
  if (trainingLabels.length === 0) throw new RangeError('majorityBaseline: expected at least one label, got none');
  const counts = new Map<string, number>();
  for (const label of trainingLabels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const labels = [...counts.keys()].sort(compareCodePoints);
  const shares = Float64Array.from(labels, (label) => counts.get(label)! / trainingLabels.length);
  const { label, score } = namedPrediction(shares, 0, labels);
  return { labels, label, share: score, predict: (texts) => texts.map(() => namedPrediction(shares, 0, labels)) };
}

/** A term and its coefficient: the change of a label's log-odds per unit of the term. */
export interface TopFeature {
  /** A term of the vocabulary, such as a word or an n-gram. */
  readonly term: string;
  /** Its coefficient: positive values speak for the label, negative ones against it. */
  readonly weight: number;
}

/** The terms that speak most for a label, and most against it. */
export interface FeatureImportance {
  /** The terms with the largest weights above 0, the largest first. */
  readonly positive: TopFeature[];
  /** The terms with the smallest weights below 0, the smallest first. */
  readonly negative: TopFeature[];
}

/**
 * The terms with the largest and smallest coefficients for a label, ties by code point.
 *
 * With more than two labels, a coefficient is relative to those of the other labels; with two, the coefficients of one label are the negated ones of the other.
 *
 * `count` is an integer ≥ 0, default 20.
 * @throws RangeError for another count and for an unknown label, AttuneError ARGUMENT_INVALID for an invalid option.
 * @example
 * const { positive, negative } = featureImportance(baseline, '21', { count: 3 });
 * positive[0]; // { term: 'mining', weight: 0.87 }
 */
export function featureImportance(
  baseline: Pick<Baseline, 'vectorizer' | 'classifier'>,
  label: string,
  options: {
    /** Maximum number of terms of either sign, an integer ≥ 0; default 20. */
    count?: number;
  } = {},
): FeatureImportance {
  checkOptions('featureImportance', options, { count: 'number' });
  const { count = 20 } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`featureImportance: count expected an integer ≥ 0, got ${count}`);
  }
  const features = sortedFeatures(baseline, label, 'featureImportance');
  const against = features.filter(({ weight }) => weight < 0);
  return {
    positive: features.slice(0, count).filter(({ weight }) => weight > 0),
    negative: against.sort((a, b) => a.weight - b.weight || compareCodePoints(a.term, b.term)).slice(0, count),
  };
}

/** All terms of a label by falling coefficient, ties by code point; `where` is the start of errors. */
function sortedFeatures(
  { vectorizer, classifier }: Pick<Baseline, 'vectorizer' | 'classifier'>,
  label: string,
  where: string,
): TopFeature[] {
  const index = classifier.classes.indexOf(label);
  if (index < 0) {
    throw new RangeError(`${where}: expected one of ${classifier.classes.length} labels, got ${JSON.stringify(label)}`);
  }
  // With two labels there is one row of coefficients, for the second label; those of the first are its negative.
  const binary = classifier.coefficients.length === 1;
  const weights = classifier.coefficients[binary ? 0 : index];
  const sign = binary && index === 0 ? -1 : 1;
  return vectorizer.vocabulary
    .map((term, column) => ({ term, weight: sign * weights[column] }))
    .sort((a, b) => b.weight - a.weight || compareCodePoints(a.term, b.term));
}
