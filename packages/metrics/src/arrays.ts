// Rows and columns of numbers, and sums that several metrics share.

/** Scores or 0/1 indicators, [examples, classes]. */
export type Rows = ArrayLike<ArrayLike<number>>;

/** One column of rows. */
export function columnOf(rows: Rows, column: number): Float64Array {
  return Float64Array.from({ length: rows.length }, (_, row) => rows[row][column]);
}

/** All rows, concatenated. */
export function flatten(rows: Rows): Float64Array {
  const width = rows[0].length;
  return Float64Array.from({ length: rows.length * width }, (_, i) => rows[Math.floor(i / width)][i % width]);
}

/** Rows of 0 with a 1 in the column of each class. */
export function oneHot(classIds: ArrayLike<number>, classes: number): Float64Array[] {
  return Array.from(classIds, (id) => {
    const row = new Float64Array(classes);
    row[id] = 1;
    return row;
  });
}

/** Σ wᵢ xᵢ / Σ wᵢ; the plain mean without weights, NaN for no values. */
export function mean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    sum += values[i] * weight;
    total += weight;
  }
  return sum / total;
}

/** Whether no value differs from the first. A sum of squared differences from the mean does not show it: the mean of equal values is rounded. */
export function areEqual(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Quantiles with linear interpolation (Hyndman and Fan's type 7), rounded as numpy's `percentile`. */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => {
    // Through percent and back, as numpy: an edge that equals a value must not move by one bit.
    const place = (sorted.length - 1) * ((share * 100) / 100);
    const below = Math.floor(place);
    const low = sorted[below];
    const step = sorted[Math.min(below + 1, sorted.length - 1)] - low;
    const t = place - below;
    return t >= 0.5 ? low + step - step * (1 - t) : low + step * t;
  });
}
