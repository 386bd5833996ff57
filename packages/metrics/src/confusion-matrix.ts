import { checkPaired } from './_checks';
import { type Label, type LabelOptions, resolveLabels } from './labels';

/**
 * Counts of examples by true class (row) and predicted class (column).
 *
 * Rows and columns follow `labels`, by default every label in truth or prediction, sorted (`labelsOf` gives them).
 * An example with a label that is not listed is left out. Throws RangeError when the lengths differ or are zero.
 * Equals scikit-learn's `confusion_matrix`.
 * @example confusionMatrix(['a', 'a', 'b'], ['a', 'b', 'b']) // [[1, 1], [0, 1]]
 */
export function confusionMatrix<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> = {},
): number[][] {
  checkPaired('confusionMatrix', yTrue, yPred);
  const labels = resolveLabels('confusionMatrix', { yTrue, yPred }, options);
  const index = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let i = 0; i < yTrue.length; i++) {
    const row = index.get(yTrue[i]);
    const column = index.get(yPred[i]);
    if (row !== undefined && column !== undefined) matrix[row][column]++;
  }
  return matrix;
}
