import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import type { ClassWeights } from '../../arguments/arguments';
import type { Target } from './problem';

/**
 * The weight of each class, in the labels' order: its examples' weight in the loss, which is divided by their sum.
 *
 * `balanced` is examples / (classes that occur · examples of the class), so that every class counts the same; a class
 * without examples gets 1.
 *
 * @param targets the training examples' class ids
 * @throws AttuneError CLASS_WEIGHTS_INVALID for an unknown label, a weight other than a number ≥ 0, weights that leave
 * nothing to learn, or targets that are not one class each
 * @see scikit-learn's `compute_class_weight`
 * @example
 * classWeights('balanced', [0, 0, 0, 1], ['no', 'yes']); // [0.667, 2]
 */
export function classWeights(
  weights: ClassWeights,
  targets: readonly Target[],
  labels: readonly string[],
): Float32Array<ArrayBuffer> {
  const counts = classCounts(targets, labels);
  if (weights === 'balanced') return balanced(counts);
  if (typeof weights !== 'object') throw invalid(`expected "balanced" or a weight by label, got ${weights}`);
  for (const [label, weight] of Object.entries(weights)) checkWeight(label, weight, labels);
  const all = Float32Array.from(labels, (label) => (Object.hasOwn(weights, label) ? weights[label] : 1));
  if (!counts.some((count, i) => count > 0 && all[i] > 0))
    throw invalid('expected a weight above 0 for a class that has examples, got none');
  return all;
}

function balanced(counts: Int32Array): Float32Array<ArrayBuffer> {
  const examples = counts.reduce((a, b) => a + b, 0);
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count === 0 ? 1 : examples / (present * count)));
}

function classCounts(targets: readonly Target[], labels: readonly string[]): Int32Array {
  const counts = new Int32Array(labels.length);
  for (const target of targets) {
    if (typeof target !== 'number')
      throw invalid('expected one label per example, got several; a multi-label classification has no class weights');
    if (!(target in counts)) throw invalid(`expected class ids below ${labels.length}, got ${target}`);
    counts[target]++;
  }
  return counts;
}

function checkWeight(label: string, weight: number, labels: readonly string[]): void {
  if (!labels.includes(label))
    throw invalid(
      `expected one of the ${labels.length} labels, got ${JSON.stringify(label)}${didYouMean(label, labels)}`,
    );
  if (!(Number.isFinite(weight) && weight >= 0))
    throw invalid(`expected a number ≥ 0 for ${JSON.stringify(label)}, got ${weight}`);
}

function invalid(message: string): AttuneError {
  return new AttuneError('CLASS_WEIGHTS_INVALID', `classWeights: ${message}`);
}
