// Baselines of text classification: TF-IDF with logistic regression, its most important terms, and the most frequent label.

import {
  argMax,
  checkItems,
  checkOptions,
  compareCodePoints,
  type Items,
  oneOf,
  type TableOf,
  texts as textItems,
} from '@attune/internal';
import { type LogisticRegression, type LogisticRegressionOptions, logisticRegression } from './logistic-regression';
import { type TfidfOptions, type TfidfVectorizer, tfidf } from './tfidf';

/** Options of `trainBaseline`: of the features and of the regression. */
export interface BaselineOptions extends TfidfOptions, LogisticRegressionOptions {}

/** The prediction of one text. */
export interface BaselinePrediction {
  /** The most probable label; of equal ones the first by code point. */
  readonly label: string;
  /** The probability of `label`. */
  readonly score: number;
  /** The probability of every label. */
  readonly scores: Record<string, number>;
}

/** A text classifier of TF-IDF features and logistic regression. */
export interface Baseline {
  /** Sorted by code point. */
  readonly labels: string[];
  /** Turns texts into TF-IDF rows, [texts, vocabulary]. */
  readonly vectorizer: TfidfVectorizer;
  /** Logistic regression on the vectorizer's columns. */
  readonly classifier: LogisticRegression<string>;
  /** The prediction of each text, in order. Throws AttuneError ARGUMENT_INVALID for what is no text, by its index. */
  predict(texts: readonly string[]): BaselinePrediction[];
  /** The prediction of one text. */
  predict(text: string): BaselinePrediction;
  /** Probabilities [texts, labels], row by row. */
  predictProbabilities(texts: readonly string[]): Float64Array;
  /** The `k` terms with the largest coefficients for a label, the largest first. */
  topFeatures(label: string, k: number): TopFeature[];
}

/**
 * Trains a text classifier of TF-IDF features and logistic regression, the reference to compare a fine-tuned model with.
 *
 * Defaults are scikit-learn's (single words, C = 1).
 * @throws RangeError when texts and labels differ in number or are none, and as `tfidf` and `logisticRegression`; AttuneError
 * ARGUMENT_INVALID for what is no text, no label or no option.
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
  const vectorizer = tfidf(texts, options);
  return baselineOf(vectorizer, logisticRegression(vectorizer.transform(texts), labels, options));
}

/** The options of a baseline by name, each with the kind of value that it is. */
export const baselineTable = {
  analyzer: 'any',
  lowercase: 'boolean',
  ngramRange: 'array',
  minDf: 'number',
  maxDf: 'number',
  maxFeatures: 'number',
  sublinearTf: 'boolean',
  C: 'number',
  classWeight: oneOf(['balanced'], 'object'),
  tolerance: 'number',
  maxIterations: 'number',
  maxCoefficients: 'number',
} satisfies TableOf<BaselineOptions>;

const labelItems: Items = {
  ...textItems,
  expected: 'a label, which is a string',
  advice: (item) =>
    typeof item === 'number' || typeof item === 'boolean' ? 'make strings of them: labels.map(String)' : undefined,
};

/** @throws AttuneError ARGUMENT_INVALID for what is no text or no label, by its index */
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

/** Row `row` of probabilities [rows, labels], by name. */
function namedPrediction(scores: Float64Array, row: number, labels: readonly string[]): BaselinePrediction {
  const own = scores.subarray(row * labels.length, (row + 1) * labels.length);
  const best = argMax(own);
  const named = Object.fromEntries(labels.map((label, index) => [label, own[index]]));
  return { label: labels[best], score: own[best], scores: named };
}

/** A classifier that always predicts the most frequent label. */
export interface MajorityBaseline {
  /** Sorted by code point. */
  readonly labels: string[];
  /** The most frequent label; of several, the first by code point. */
  readonly label: string;
  /** Its share of the labels: the accuracy of always predicting it. */
  readonly share: number;
  /** The same prediction for every text, with each label's share as its probability. */
  predict(texts: readonly string[]): BaselinePrediction[];
}

/**
 * The lowest reference: always predicts the most frequent label. Equals scikit-learn's `DummyClassifier` with `strategy='prior'`.
 *
 * @throws RangeError without labels.
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
  /** Its coefficient: positive speaks for the label, negative against it. */
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
 * The terms with the largest and the smallest coefficients for a label, ties by code point.
 *
 * With more than two labels a coefficient is relative to those of the other labels; with two, one label's are the other's negated.
 *
 * `count` is an integer ≥ 0, default 20.
 * @throws RangeError for another count and for an unknown label.
 * @example
 * const { positive, negative } = featureImportance(baseline, '21', { count: 3 });
 * positive[0]; // { term: 'mining', weight: 0.87 }
 */
export function featureImportance(
  baseline: Pick<Baseline, 'vectorizer' | 'classifier'>,
  label: string,
  {
    count = 20,
  }: {
    /** Most terms of either sign, an integer ≥ 0; default 20. */
    count?: number;
  } = {},
): FeatureImportance {
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

/** All terms of a label by falling coefficient, ties by code point; `where` begins the error. */
function sortedFeatures(
  { vectorizer, classifier }: Pick<Baseline, 'vectorizer' | 'classifier'>,
  label: string,
  where: string,
): TopFeature[] {
  const index = classifier.classes.indexOf(label);
  if (index < 0) {
    throw new RangeError(`${where}: expected one of ${classifier.classes.length} labels, got ${JSON.stringify(label)}`);
  }
  // Two labels share one row of coefficients, the second's; the first's are its negative.
  const binary = classifier.coefficients.length === 1;
  const weights = classifier.coefficients[binary ? 0 : index];
  const sign = binary && index === 0 ? -1 : 1;
  return vectorizer.vocabulary
    .map((term, column) => ({ term, weight: sign * weights[column] }))
    .sort((a, b) => b.weight - a.weight || compareCodePoints(a.term, b.term));
}
