import { checkFinite, checkPaired } from '../_checks';

/**
 * The area under points (x, y) joined by straight lines, by the trapezoidal rule.
 *
 * `x` rises or falls throughout (a falling one counts from the right, as in scikit-learn); throws RangeError when it does both,
 * for unequal lengths, fewer than two points, and numbers that are not finite. Equals scikit-learn's `auc`.
 * @example areaUnderCurve([0, 0.5, 1], [0, 1, 1]) // 0.75
 */
export function areaUnderCurve(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPaired('areaUnderCurve', x, y);
  checkFinite('areaUnderCurve', 'x', x);
  checkFinite('areaUnderCurve', 'y', y);
  if (x.length < 2) throw new RangeError(`areaUnderCurve: expected at least 2 points, got ${x.length}`);
  const steps = Array.from({ length: x.length - 1 }, (_, i) => x[i + 1] - x[i]);
  const isFalling = steps.some((step) => step < 0);
  if (isFalling && steps.some((step) => step > 0))
    throw new RangeError('areaUnderCurve: expected x to rise or to fall throughout, got both; sort the points by x');
  const area = steps.reduce((sum, step, i) => sum + (step * (y[i + 1] + y[i])) / 2, 0);
  return isFalling ? -area : area;
}
