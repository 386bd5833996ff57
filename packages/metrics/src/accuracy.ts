import { checkPaired } from './_checks';
import type { Label } from './labels';

/**
 * The share of examples whose prediction is the truth, in [0, 1].
 *
 * Throws RangeError when the lengths differ or are zero. Equals scikit-learn's `accuracy_score`.
 * @example accuracy(['a', 'b', 'b'], ['a', 'b', 'a']) // 2 / 3
 */
export function accuracy<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): number {
  checkPaired('accuracy', yTrue, yPred);
  let correct = 0;
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] === yPred[i]) correct++;
  return correct / yTrue.length;
}
