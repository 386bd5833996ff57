/**
 * A sparse matrix by rows (CSR): row i holds `values[indptr[i]..indptr[i + 1])` in the columns `indices[…]`, ascending.
 */
export interface SparseMatrix {
  /** Start of each row, and end of the last, [rows + 1]. */
  readonly indptr: Int32Array;
  /** Column of each stored value. */
  readonly indices: Int32Array;
  /** The stored values, row by row. */
  readonly values: Float64Array;
  /** Number of columns. */
  readonly columns: number;
}

/** Number of rows. */
export function rowCount(matrix: SparseMatrix): number {
  return matrix.indptr.length - 1;
}

/** A matrix from rows of column → value. */
export function fromRows(rows: readonly ReadonlyMap<number, number>[], columns: number): SparseMatrix {
  const indptr = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) indptr[i + 1] = indptr[i] + row.size;
  const indices = new Int32Array(indptr[rows.length]);
  const values = new Float64Array(indptr[rows.length]);
  for (const [i, row] of rows.entries()) {
    const stored = indices.subarray(indptr[i], indptr[i + 1]);
    stored.set([...row.keys()]);
    stored.sort();
    for (let j = 0; j < stored.length; j++) values[indptr[i] + j] = row.get(stored[j])!;
  }
  return { indptr, indices, values, columns };
}
