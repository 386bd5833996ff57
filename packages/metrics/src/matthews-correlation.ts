import { checkPaired } from './_checks';
import { confusionMatrix } from './confusion-matrix';
import type { Label } from './labels';

/**
 * Matthews' correlation of truth and prediction, for two classes or more (Gorodkin 2004): 1 is perfect, 0 is chance.
 *
 * (c·n − Σ tₖ pₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²)) with c right of n, tₖ true and pₖ predicted examples of class k; 0 when either side
 * has one class only. Throws RangeError when the lengths differ or are zero. Equals scikit-learn's `matthews_corrcoef`.
 * @example matthewsCorrelation([1, 1, 1, 0], [1, 0, 1, 1]) // -0.3333333333333333
 */
export function matthewsCorrelation<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): number {
  checkPaired('matthewsCorrelation', yTrue, yPred);
  const { rows, columns, correct, total } = marginsOf(confusionMatrix(yTrue, yPred));
  const spread = (counts: number[]) => total ** 2 - dot(counts, counts);
  const denominator = spread(columns) * spread(rows);
  return denominator === 0 ? 0 : (correct * total - dot(rows, columns)) / Math.sqrt(denominator);
}

/** Sums of a square matrix's rows, columns, diagonal and all. */
export function marginsOf(matrix: readonly (readonly number[])[]) {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = matrix.map(sum);
  return {
    rows,
    columns: matrix.map((_, column) => sum(matrix.map((row) => row[column]))),
    correct: sum(matrix.map((row, i) => row[i])),
    total: sum(rows),
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
