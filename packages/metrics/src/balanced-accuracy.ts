import { checkPaired } from './_checks';
import { mean } from './_columns';
import { confusionMatrix } from './confusion-matrix';
import type { Label } from './labels';

export interface BalancedAccuracyOptions {
  /** Rescale so that chance is 0 and perfect is 1; false unless given. With one class it divides by zero: NaN or −Infinity. */
  readonly adjusted?: boolean;
}

/**
 * The mean over classes of the share of each that is recognised, so that every class counts alike; in [0, 1].
 *
 * Classes are those in truth. Throws RangeError when the lengths differ or are zero. Equals scikit-learn's
 * `balanced_accuracy_score`.
 * @example balancedAccuracy(['a', 'a', 'a', 'b'], ['a', 'a', 'a', 'a']) // 0.5
 */
export function balancedAccuracy<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  { adjusted = false }: BalancedAccuracyOptions = {},
): number {
  checkPaired('balancedAccuracy', yTrue, yPred);
  const recalls = confusionMatrix(yTrue, yPred)
    .map((row, i) => row[i] / row.reduce((sum, count) => sum + count, 0))
    .filter((recall) => !Number.isNaN(recall));
  const chance = 1 / recalls.length;
  return adjusted ? (mean(recalls) - chance) / (1 - chance) : mean(recalls);
}
