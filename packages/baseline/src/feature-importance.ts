import type { Baseline } from './baseline';
import { compareCodePoints } from './code-points';

/** A term and its coefficient: how far one unit of it moves a label's log-odds. */
export interface TopFeature {
  term: string;
  weight: number;
}

export interface FeatureImportance {
  /** The terms that speak most for the label, the strongest first; their weights are above 0. */
  positive: TopFeature[];
  /** The terms that speak most against it, the strongest first; their weights are below 0. */
  negative: TopFeature[];
}

/**
 * The terms a baseline goes by: those with the largest and the smallest coefficients for a label, ties by code point.
 *
 * With more than two labels a coefficient is relative to the other labels'; with two, one label's are the other's negated.
 *
 * ```ts
 * const { positive, negative } = featureImportance(baseline, '21', { count: 3 });
 * positive[0]; // { term: 'mining', weight: 0.87 }
 * ```
 *
 * `count` is an integer ≥ 0, default 20. Throws RangeError for another and for an unknown label.
 */
export function featureImportance(
  baseline: Pick<Baseline, 'vectorizer' | 'classifier'>,
  label: string,
  { count = 20 }: { count?: number } = {},
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
export function sortedFeatures(
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
