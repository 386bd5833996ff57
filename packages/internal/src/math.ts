/** The first index of a row's largest number; 0 for an empty row. */
export function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
  return best;
}

/** log Σ exp(xᵢ), shifted by the maximum. */
export function logSumExp(row: ArrayLike<number>): number {
  const max = largest(row);
  return max + Math.log(sumOfPowers(row, max));
}

function largest(row: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < row.length; i++) if (row[i] > max) max = row[i];
  return max;
}

function sumOfPowers(row: ArrayLike<number>, max: number): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += Math.exp(row[i] - max);
  return sum;
}
