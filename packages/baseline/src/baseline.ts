import { sortedFeatures, type TopFeature } from './feature-importance';
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
  return baselineOf(vectorizer, logisticRegression(vectorizer.transform(texts), labels, options));
}

/** What a vectorizer and a classifier of its columns make together. */
export function baselineOf(vectorizer: TfidfVectorizer, classifier: LogisticRegression<string>): Baseline {
  const predictProbabilities = (unseen: readonly string[]) =>
    classifier.predictProbabilities(vectorizer.transform(unseen));
  return {
    labels: classifier.classes,
    vectorizer,
    classifier,
    predictProbabilities,
    predict: (unseen) => {
      const scores = predictProbabilities(unseen);
      return unseen.map((_, row) => namedPrediction(scores, row, classifier.classes));
    },
    topFeatures: (label, k) => sortedFeatures({ vectorizer, classifier }, label, 'topFeatures').slice(0, k),
  };
}

/** Row `row` of `[rows × labels]` probabilities, by name. */
export function namedPrediction(scores: Float64Array, row: number, labels: readonly string[]): BaselinePrediction {
  const own = scores.subarray(row * labels.length, (row + 1) * labels.length);
  const score = Math.max(...own);
  const named = Object.fromEntries(labels.map((label, index) => [label, own[index]]));
  return { label: labels[own.indexOf(score)], score, scores: named };
}
