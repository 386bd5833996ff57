/** Scores or 0/1 indicators: one example a row, one class a column. */
export type Rows = ArrayLike<ArrayLike<number>>;

/** One column of rows. */
export function columnOf(rows: Rows, column: number): Float64Array {
  return Float64Array.from({ length: rows.length }, (_, row) => rows[row][column]);
}

/** All rows one after another. */
export function flatten(rows: Rows): Float64Array {
  const width = rows[0].length;
  return Float64Array.from({ length: rows.length * width }, (_, i) => rows[Math.floor(i / width)][i % width]);
}

/** Rows of 0 with a 1 in each class's column. */
export function oneHot(classIds: ArrayLike<number>, classes: number): Float64Array[] {
  return Array.from(classIds, (id) => {
    const row = new Float64Array(classes);
    row[id] = 1;
    return row;
  });
}

/** The first column with a row's largest number. */
export function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
  return best;
}

/** Σ wᵢ xᵢ / Σ wᵢ; the plain mean without weights, NaN over nothing. */
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
