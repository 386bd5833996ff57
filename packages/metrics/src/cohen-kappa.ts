import { checkPaired } from './_checks';
import { confusionMatrix } from './confusion-matrix';
import type { Label, LabelOptions } from './labels';
import { marginsOf } from './matthews-correlation';

export interface KappaOptions<L extends Label = Label> extends LabelOptions<L> {
  /**
   * What a confusion of the classes at places i and j costs: 1 (`none`, unless given), |i − j| (`linear`) or (i − j)²
   * (`quadratic`); for ordered classes, whose order `labels` gives (by default sorted).
   */
  readonly weighting?: 'none' | 'linear' | 'quadratic';
}

/**
 * Cohen's kappa: the agreement of two raters beyond chance; 1 is full, 0 is chance.
 *
 * 1 − Σ wᵢⱼ observedᵢⱼ / Σ wᵢⱼ expectedᵢⱼ; NaN when all is one class. Throws RangeError when the lengths differ or are zero.
 * Equals scikit-learn's `cohen_kappa_score`.
 * @example cohenKappa(['a', 'b', 'b'], ['a', 'b', 'a']) // 0.4
 */
export function cohenKappa<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  { weighting = 'none', labels }: KappaOptions<L> = {},
): number {
  checkPaired('cohenKappa', yTrue, yPred);
  const matrix = confusionMatrix(yTrue, yPred, { labels });
  const { rows, columns, total } = marginsOf(matrix);
  const cost = costs[weighting];
  let observed = 0;
  let expected = 0;
  matrix.forEach((row, i) => {
    row.forEach((count, j) => {
      observed += cost(i, j) * count;
      expected += (cost(i, j) * rows[i] * columns[j]) / total;
    });
  });
  return expected === 0 ? Number.NaN : 1 - observed / expected;
}

const costs = {
  none: (i: number, j: number) => Number(i !== j),
  linear: (i: number, j: number) => Math.abs(i - j),
  quadratic: (i: number, j: number) => (i - j) ** 2,
};
