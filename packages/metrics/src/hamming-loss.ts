import { checkPaired } from './_checks';
import type { Label } from './labels';
import { countRows, type Indicators, wrongDecisions } from './multi-label';

/**
 * The share of wrong labels: of examples, or, of 0/1 rows, of single decisions; in [0, 1].
 *
 * Throws RangeError when lengths differ or are zero, or an entry of a row is neither 0 nor 1. Equals scikit-learn's `hamming_loss`.
 * @example hammingLoss([[1, 0], [1, 1]], [[1, 0], [0, 1]]) // 0.25
 */
export function hammingLoss<L extends Label>(
  yTrue: ArrayLike<L> | Indicators,
  yPred: ArrayLike<L> | Indicators,
): number {
  checkPaired('hammingLoss', yTrue, yPred);
  if (typeof yTrue[0] === 'object') return ofRows(yTrue as Indicators, yPred as Indicators);
  let wrong = 0;
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] !== yPred[i]) wrong++;
  return wrong / yTrue.length;
}

function ofRows(yTrue: Indicators, yPred: Indicators): number {
  const { rows, columns } = countRows('hammingLoss', yTrue, yPred);
  return rows.reduce((sum, row) => sum + wrongDecisions(row), 0) / (rows.length * columns.length);
}
