import type { IntList } from './int-list';

/** Rank of a pair that does not merge. */
const never = 0x7fffffff;

/**
 * Ranks and results of merges by pair of ids: an open-addressing hash table in one typed array, so that a look-up
 * touches one place in memory.
 */
export class PairRanks {
  private readonly mask: number;
  /** Four entries per slot: left id, right id, rank (`never` in an empty slot), and padding. */
  private readonly slots: Int32Array;
  /** Id that the merge of each rank makes. */
  readonly merged: Int32Array;

  /** `merges` holds left, right and merged ids in order of rank. Of a pair that occurs twice, the last counts. */
  constructor(merges: readonly (readonly [number, number, number])[]) {
    const size = 4 * 2 ** Math.ceil(Math.log2(2 * merges.length + 2));
    this.mask = size - 1;
    this.slots = new Int32Array(size).fill(never);
    this.merged = Int32Array.from(merges, ([, , id]) => id);
    for (const [rank, [left, right]] of merges.entries()) this.slots.set([left, right, rank], this.find(left, right));
  }

  /** Rank of a pair, lower for earlier merges; `never` if it does not merge. */
  rankOf(left: number, right: number): number {
    return this.slots[this.find(left, right) + 2];
  }

  private find(left: number, right: number): number {
    const { mask, slots } = this;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = (hash << 2) & mask;
    while (slots[slot + 2] !== never && (slots[slot] !== left || slots[slot + 1] !== right)) slot = (slot + 4) & mask;
    return slot;
  }
}

/** Symbols of a word: their ids and the number of bytes each stands for. Merging shortens both. */
export interface Symbols {
  readonly ids: IntList;
  readonly lengths: IntList;
  /** Scratch space of `mergeSymbols`. */
  readonly ranks: IntList;
}

/** Largest number of symbols for which scanning all pairs for every merge is faster than a queue (measured). */
const few = 48;

/**
 * Merges neighboring symbols, always the pair of lowest rank and of equals the leftmost, until no pair merges. Changes
 * `symbols`.
 */
export function mergeSymbols(symbols: Symbols, pairs: PairRanks): void {
  if (symbols.ids.length <= few) mergeFew(symbols, pairs);
  else mergeMany(symbols, pairs);
}

/** `mergeSymbols` by examining all pairs for every merge: fastest for short words. */
export function mergeFew(symbols: Symbols, pairs: PairRanks): void {
  let count = symbols.ids.length;
  if (count < 2) return;
  symbols.ranks.reserve(count);
  const ids = symbols.ids.values;
  const lengths = symbols.lengths.values;
  const ranks = symbols.ranks.values;
  for (let i = 0; i + 1 < count; i++) ranks[i] = pairs.rankOf(ids[i], ids[i + 1]);
  ranks[count - 1] = never;
  for (let best = lowest(ranks, count); ranks[best] !== never; best = lowest(ranks, count)) {
    ids[best] = pairs.merged[ranks[best]];
    lengths[best] += lengths[best + 1];
    count--;
    for (let i = best + 1; i < count; i++) {
      ids[i] = ids[i + 1];
      lengths[i] = lengths[i + 1];
      ranks[i] = ranks[i + 1];
    }
    if (best > 0) ranks[best - 1] = pairs.rankOf(ids[best - 1], ids[best]);
    ranks[best] = best + 1 < count ? pairs.rankOf(ids[best], ids[best + 1]) : never;
  }
  symbols.ids.length = count;
  symbols.lengths.length = count;
}

/** Position of the lowest of the first `count` ranks, of equals the leftmost. */
function lowest(ranks: Int32Array, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (ranks[i] < ranks[best]) best = i;
  return best;
}

/**
 * Rank and position of a queued pair are one number, `rank × positions + position`: ranks are below 2²², positions
 * below 2³¹.
 */
const positions = 2 ** 31;

/**
 * `mergeSymbols` with a queue, in O(n log n).
 *
 * A queued pair may have been merged away by the time it comes up. It counts as long as the pair now at its place
 * merges into the same symbol. Reference: `Word::merge_all` of Hugging Face tokenizers.
 */
export function mergeMany(symbols: Symbols, pairs: PairRanks): void {
  const count = symbols.ids.length;
  const ids = symbols.ids.values;
  const lengths = symbols.lengths.values;
  const previous = new Int32Array(count);
  const next = new Int32Array(count);
  const queue = new NumberHeap(count);
  const enqueue = (left: number, right: number) => {
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank !== never) queue.push(rank * positions + left);
  };
  for (let i = 0; i < count; i++) {
    previous[i] = i - 1;
    next[i] = i + 1 < count ? i + 1 : -1;
    if (i + 1 < count) enqueue(i, i + 1);
  }
  while (queue.length > 0) {
    const key = queue.pop();
    const left = key % positions;
    const right = next[left];
    if (lengths[left] === 0 || right < 0) continue;
    const merged = pairs.merged[(key - left) / positions];
    const rank = pairs.rankOf(ids[left], ids[right]);
    if (rank === never || pairs.merged[rank] !== merged) continue;
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
    if (lengths.values[i] === 0) continue;
    ids.values[kept] = ids.values[i];
    lengths.values[kept++] = lengths.values[i];
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
