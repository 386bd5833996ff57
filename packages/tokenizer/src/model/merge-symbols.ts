import type { IdList } from '../id-list';
import { NEVER, type PairRanks } from './pair-ranks';

/** The symbols of a word: ids, and how many bytes each stands for. Merging shortens both; `ranks` is where it reckons. */
export interface Symbols {
  ids: IdList;
  lengths: IdList;
  ranks: IdList;
}

/** Up to so many symbols looking at all of them for every merge is faster than a queue (measured). */
const FEW = 48;

/** Merges the pair of the lowest rank, of equals the leftmost, until none is left. */
export function mergeSymbols(symbols: Symbols, pairs: PairRanks): void {
  if (symbols.ids.length <= FEW) mergeFew(symbols, pairs);
  else mergeMany(symbols, pairs);
}

export function mergeFew(symbols: Symbols, pairs: PairRanks): void {
  let count = symbols.ids.length;
  if (count < 2) return;
  symbols.ranks.reserve(count);
  const ids = symbols.ids.ids;
  const lengths = symbols.lengths.ids;
  const ranks = symbols.ranks.ids;
  for (let i = 0; i + 1 < count; i++) ranks[i] = pairs.rankOf(ids[i], ids[i + 1]);
  ranks[count - 1] = NEVER;
  for (let best = lowest(ranks, count); ranks[best] !== NEVER; best = lowest(ranks, count)) {
    ids[best] = pairs.merged[ranks[best]];
    lengths[best] += lengths[best + 1];
    count--;
    for (let i = best + 1; i < count; i++) {
      ids[i] = ids[i + 1];
      lengths[i] = lengths[i + 1];
      ranks[i] = ranks[i + 1];
    }
    if (best > 0) ranks[best - 1] = pairs.rankOf(ids[best - 1], ids[best]);
    ranks[best] = best + 1 < count ? pairs.rankOf(ids[best], ids[best + 1]) : NEVER;
  }
  symbols.ids.length = count;
  symbols.lengths.length = count;
}

/** Where the lowest of the first `count` ranks is, of equals the leftmost. */
function lowest(ranks: Int32Array, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (ranks[i] < ranks[best]) best = i;
  return best;
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
  const count = symbols.ids.length;
  const ids = symbols.ids.ids;
  const lengths = symbols.lengths.ids;
  const previous = new Int32Array(count);
  const next = new Int32Array(count);
  const queue = new NumberHeap(count);
  const enqueue = (left: number, right: number) => {
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank !== NEVER) queue.push(rank * POSITIONS + left);
  };
  for (let i = 0; i < count; i++) {
    previous[i] = i - 1;
    next[i] = i + 1 < count ? i + 1 : -1;
    if (i + 1 < count) enqueue(i, i + 1);
  }
  while (queue.length > 0) {
    const key = queue.pop();
    const left = key % POSITIONS;
    const right = next[left];
    if (lengths[left] === 0 || right < 0) continue;
    const merged = pairs.merged[(key - left) / POSITIONS];
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank === NEVER || pairs.merged[rank] !== merged) continue;
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
    if (lengths.ids[i] === 0) continue;
    ids.ids[kept] = ids.ids[i];
    lengths.ids[kept++] = lengths.ids[i];
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
