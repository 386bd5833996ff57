import { type BaselinePrediction, namedPrediction } from './baseline';
import { compareCodePoints } from './code-points';

export interface MajorityBaseline {
  /** Sorted by code point. */
  labels: string[];
  /** The most frequent label; of several, the first by code point. */
  label: string;
  /** Its share of the labels: the accuracy of predicting nothing else. */
  share: number;
  /** The same prediction for every text, with each label's share as its probability. */
  predict(texts: readonly string[]): BaselinePrediction[];
}

/**
 * The lowest yardstick: always predicts the most frequent label, as scikit-learn's `DummyClassifier` with `strategy='prior'`.
 *
 * ```ts
 * majorityBaseline(['a', 'b', 'b', 'b']); // { label: 'b', share: 0.75, … }
 * ```
 *
 * Throws RangeError without labels.
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
