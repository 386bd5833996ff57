import { compareCodePoints } from './code-points';
import { type LogisticRegression, type LogisticRegressionOptions, logisticRegression } from './logistic-regression';
import { type TfidfOptions, type TfidfVectorizer, tfidf } from './tfidf';

export interface BaselineOptions extends TfidfOptions, LogisticRegressionOptions {}

export interface BaselinePrediction {
  label: string;
  /** The probability of `label`. */
  score: number;
  /** The probability of every label. */
  scores: Record<string, number>;
}

/** A term and its coefficient: how far one unit of it moves a label's log-odds. */
export interface TopFeature {
  term: string;
  weight: number;
}

export interface Baseline {
  /** Sorted by code point. */
  labels: string[];
  vectorizer: TfidfVectorizer;
  classifier: LogisticRegression<string>;
  predict(texts: readonly string[]): BaselinePrediction[];
  /** `[texts × labels]`, row by row. */
  predictProbabilities(texts: readonly string[]): Float64Array;
  /** The `k` terms that speak most for a label, the strongest first. */
  topFeatures(label: string, k: number): TopFeature[];
}

/**
 * Trains the yardstick: TF-IDF and logistic regression.
 *
 * ```ts
 * const baseline = trainBaseline(texts, labels, { ngramRange: [1, 2], sublinearTf: true });
 * baseline.predict(['soybean farming'])[0].label; // '11'
 * ```
 *
 * Defaults are scikit-learn's (single words, C = 1). Throws what `tfidf` and `logisticRegression` throw.
 */
export function trainBaseline(
  texts: readonly string[],
  labels: readonly string[],
  options: BaselineOptions = {},
): Baseline {
  if (texts.length !== labels.length || texts.length === 0) {
    const came = `${texts.length} texts and ${labels.length} labels`;
    throw new RangeError(`trainBaseline: expected a label for each text, got ${came}`);
  }
  const vectorizer = tfidf(texts, options);
  const classifier = logisticRegression(vectorizer.transform(texts), labels, options);
  const predictProbabilities = (unseen: readonly string[]) =>
    classifier.predictProbabilities(vectorizer.transform(unseen));
  return {
    labels: classifier.classes,
    vectorizer,
    classifier,
    predictProbabilities,
    predict: (unseen) => {
      const scores = predictProbabilities(unseen);
      return unseen.map((_, row) => prediction(scores, row, classifier.classes));
    },
    topFeatures: (label, k) => topFeatures(vectorizer, classifier, { label, k }),
  };
}

function prediction(scores: Float64Array, row: number, labels: readonly string[]): BaselinePrediction {
  const own = scores.subarray(row * labels.length, (row + 1) * labels.length);
  const score = Math.max(...own);
  const named = Object.fromEntries(labels.map((label, index) => [label, own[index]]));
  return { label: labels[own.indexOf(score)], score, scores: named };
}

function topFeatures(
  vectorizer: TfidfVectorizer,
  classifier: LogisticRegression<string>,
  { label, k }: { label: string; k: number },
): TopFeature[] {
  const index = classifier.classes.indexOf(label);
  if (index < 0) {
    throw new RangeError(
      `topFeatures: expected one of ${classifier.classes.length} labels, got ${JSON.stringify(label)}`,
    );
  }
  // Two labels share one row of coefficients, the second's; the first's are its negative.
  const binary = classifier.coefficients.length === 1;
  const weights = classifier.coefficients[binary ? 0 : index];
  const sign = binary && index === 0 ? -1 : 1;
  return vectorizer.vocabulary
    .map((term, column) => ({ term, weight: sign * weights[column] }))
    .sort((a, b) => b.weight - a.weight || compareCodePoints(a.term, b.term))
    .slice(0, k);
}
