interface InBatches<T> {
  /** Maximum number of items per batch. */
  readonly size: number;
  /** Weight of an item; default 0. */
  readonly weightOf?: (item: T) => number;
  /** A batch of this weight takes no further item. */
  readonly weight?: number;
}

/** Groups items into batches that are full by number or by weight; the last may be smaller. */
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
