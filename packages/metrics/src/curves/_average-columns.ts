import { columnOf, flatten, mean, type Rows } from '../_columns';
import type { WeightOptions } from './_counts-at-thresholds';

/** A score of 0/1 truths and scores, such as `rocAuc`. */
export type BinaryScore = (yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: WeightOptions) => number;

/**
 * How scores of single classes become one: `macro` is their mean, `weighted` that by the number of true examples, `micro` one
 * score of all decisions pooled.
 */
export type ColumnAverage = 'macro' | 'weighted' | 'micro';

/** A binary score averaged over columns of indicators, as scikit-learn's `_average_binary_score`; input is checked. */
export function averageColumns(
  score: BinaryScore,
  pair: { yTrue: Rows; scores: Rows },
  { average, weights }: WeightOptions & { average: ColumnAverage },
): number {
  const { yTrue, scores } = pair;
  const width = yTrue[0].length;
  if (average === 'micro') {
    const repeated = weights && flatten(Array.from(weights, (weight) => new Float64Array(width).fill(weight)));
    return score(flatten(yTrue), flatten(scores), { weights: repeated });
  }
  const columns = Array.from({ length: width }, (_, column) => columnOf(yTrue, column));
  const supports = columns.map((truth) => truth.reduce((sum, value, i) => sum + value * (weights?.[i] ?? 1), 0));
  const ofColumns = columns.map((truth, column) => score(truth, columnOf(scores, column), { weights }));
  if (average === 'macro') return mean(ofColumns);
  if (supports.every((support) => support === 0)) return 0;
  // A column without an example has no say, even where its own score is undefined.
  return mean(
    ofColumns.map((value, column) => (supports[column] === 0 ? 0 : value)),
    supports,
  );
}
