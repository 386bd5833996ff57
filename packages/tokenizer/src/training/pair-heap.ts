/** A pair of neighboring pieces, by id, and its number of occurrences when it was queued. */
export interface QueuedPair {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** Binary heap with the most frequent pair on top; of equally frequent pairs, that of the lower ids. */
export class PairHeap<Pair extends QueuedPair = QueuedPair> {
  private readonly items: Pair[] = [];

  push(pair: Pair): void {
    let i = this.items.push(pair) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!comesBefore(pair, this.items[parent])) break;
      this.items[i] = this.items[parent];
      i = parent;
    }
    this.items[i] = pair;
  }

  pop(): Pair | undefined {
    const top = this.items[0];
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.sink(last);
    return top;
  }

  /** Puts `pair` on top and moves it down to its place. */
  private sink(pair: Pair): void {
    const { items } = this;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && comesBefore(items[child + 1], items[child])) child++;
      if (!comesBefore(items[child], pair)) break;
      items[i] = items[child];
      i = child;
    }
    items[i] = pair;
  }
}

function comesBefore(a: QueuedPair, b: QueuedPair): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}
