/** Values numbered in the order of their first appearance. */
export interface DenseIds<T> {
  /** The number of each value, `[values]`. */
  ids: Int32Array;
  /** The distinct values; number i is `distinct[i]`. */
  distinct: T[];
}

export function denseIds<T>(values: ArrayLike<T>): DenseIds<T> {
  const known = new Map<T, number>();
  const ids = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const id = known.get(values[i]) ?? known.size;
    if (id === known.size) known.set(values[i], id);
    ids[i] = id;
  }
  return { ids, distinct: [...known.keys()] };
}
