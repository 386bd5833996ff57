import { checkClassIds, checkInteger, checkPaired, checkRows } from './_checks';
import type { Rows } from './_columns';

/**
 * The share of examples whose true class is among the `k` with the highest scores, in [0, 1].
 *
 * `yTrue` are class ids, the numbers of their columns, `scores` finite rows, one column a class. Of tied classes the later
 * column counts as higher, as in scikit-learn, so equal scores throughout are no free hit. Throws RangeError for other ids,
 * uneven rows and a `k` below 1. Equals scikit-learn's `top_k_accuracy_score` with `labels` given, for more than two classes.
 * @example topKAccuracy([0, 2], [[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]], 2) // 0.5
 */
export function topKAccuracy(yTrue: ArrayLike<number>, scores: Rows, k: number): number {
  checkPaired('topKAccuracy', yTrue, scores);
  checkInteger('topKAccuracy', 'k', k, 1);
  checkClassIds('topKAccuracy', yTrue, checkRows('topKAccuracy', 'scores', scores));
  let hits = 0;
  for (let i = 0; i < yTrue.length; i++) if (numberAhead(scores[i], yTrue[i]) < k) hits++;
  return hits / yTrue.length;
}

function numberAhead(row: ArrayLike<number>, own: number): number {
  let ahead = 0;
  for (let j = 0; j < row.length; j++) if (row[j] > row[own] || (row[j] === row[own] && j > own)) ahead++;
  return ahead;
}
