import type { PairRanks } from './pair-ranks';

/** The symbols of a word: ids, and how many bytes each stands for. Merging shortens both. */
export interface Symbols {
  ids: number[];
  lengths: number[];
}

/** Up to so many symbols looking at all of them for every merge is faster than a queue (measured). */
const FEW = 24;

/** Merges the pair of the lowest rank, of equals the leftmost, until none is left. */
export function mergeSymbols(symbols: Symbols, pairs: PairRanks): void {
  if (symbols.ids.length <= FEW) mergeFew(symbols, pairs);
  else mergeMany(symbols, pairs);
}

export function mergeFew({ ids, lengths }: Symbols, pairs: PairRanks): void {
  const ranks: number[] = [];
  for (let i = 0; i + 1 < ids.length; i++) ranks.push(pairs.rankOf(ids[i], ids[i + 1]));
  for (;;) {
    let best = -1;
    for (let i = 0; i < ranks.length; i++) if (ranks[i] >= 0 && (best < 0 || ranks[i] < ranks[best])) best = i;
    if (best < 0) return;
    ids[best] = pairs.merged[ranks[best]];
    lengths[best] += lengths[best + 1];
    ids.splice(best + 1, 1);
    lengths.splice(best + 1, 1);
    ranks.splice(best, 1);
    if (best > 0) ranks[best - 1] = pairs.rankOf(ids[best - 1], ids[best]);
    if (best < ranks.length) ranks[best] = pairs.rankOf(ids[best], ids[best + 1]);
  }
}

/** Rank and position of a queued pair as one number: ranks are below 2²², positions below 2³¹. */
const POSITIONS = 2 ** 31;

/**
 * The same with a queue, in O(n log n).
 *
 * Reference: `Word::merge_all` of Hugging Face tokenizers. A queued pair may have been merged away by the time it comes up: it
 * counts as long as what stands there now merges into the same.
 */
export function mergeMany(symbols: Symbols, pairs: PairRanks): void {
  const { ids, lengths } = symbols;
  const count = ids.length;
  const previous = Int32Array.from(ids, (_, i) => i - 1);
  const next = Int32Array.from(ids, (_, i) => (i + 1 < count ? i + 1 : -1));
  const queue = new NumberHeap(count);
  const enqueue = (left: number, right: number) => {
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank >= 0) queue.push(rank * POSITIONS + left);
  };
  for (let i = 0; i + 1 < count; i++) enqueue(i, i + 1);
  while (queue.length > 0) {
    const key = queue.pop();
    const left = key % POSITIONS;
    const right = next[left];
    if (lengths[left] === 0 || right < 0) continue;
    const merged = pairs.merged[(key - left) / POSITIONS];
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank < 0 || pairs.merged[rank] !== merged) continue;
    ids[left] = merged;
    lengths[left] += lengths[right];
    lengths[right] = 0;
    next[left] = next[right];
    if (next[right] >= 0) previous[next[right]] = left;
    if (previous[left] >= 0) enqueue(previous[left], left);
    if (next[left] >= 0) enqueue(left, next[left]);
  }
  dropEmpty(symbols);
}

function dropEmpty({ ids, lengths }: Symbols): void {
  let kept = 0;
  for (let i = 0; i < ids.length; i++) {
    if (lengths[i] === 0) continue;
    ids[kept] = ids[i];
    lengths[kept++] = lengths[i];
  }
  ids.length = kept;
  lengths.length = kept;
}

/** A binary heap with the smallest number on top. */
class NumberHeap {
  private items: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.items = new Float64Array(Math.max(16, capacity));
  }

  push(item: number): void {
    if (this.length === this.items.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.items);
      this.items = larger;
    }
    const { items } = this;
    let i = this.length++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (items[parent] <= item) break;
      items[i] = items[parent];
      i = parent;
    }
    items[i] = item;
  }

  pop(): number {
    const { items } = this;
    const top = items[0];
    const last = items[--this.length];
    let i = 0;
    for (let child = 1; child < this.length; child = 2 * i + 1) {
      if (child + 1 < this.length && items[child + 1] < items[child]) child++;
      if (items[child] >= last) break;
      items[i] = items[child];
      i = child;
    }
    items[i] = last;
    return top;
  }
}
