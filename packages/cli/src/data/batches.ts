export interface InBatches<T> {
  /** Most items an array. */
  readonly size: number;
  /** What an item weighs; nothing unless given. */
  readonly weightOf?: (item: T) => number;
  /** An array that weighs this much takes no further item. */
  readonly weight?: number;
}

/** Items in arrays that are full by number or by weight, the last one less so. */
export async function* inBatches<T>(
  items: AsyncIterable<T>,
  { size, weightOf = () => 0, weight = Number.POSITIVE_INFINITY }: InBatches<T>,
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let held = 0;
  for await (const item of items) {
    batch.push(item);
    held += weightOf(item);
    if (batch.length < size && held < weight) continue;
    yield batch;
    batch = [];
    held = 0;
  }
  if (batch.length > 0) yield batch;
}
