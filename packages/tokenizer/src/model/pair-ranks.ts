/** The rank of a pair that does not merge. */
export const NEVER = 0x7fffffff;

/**
 * What each pair of ids merges into, and when: an open-addressing hash table in one typed array, so that a look-up touches
 * one place in memory.
 */
export class PairRanks {
  private readonly mask: number;
  /** Left id, right id and rank, four entries a slot; NEVER marks an empty one. */
  private readonly slots: Int32Array;
  /** The id that the merge of a rank makes. */
  readonly merged: Int32Array;

  /** `merges` holds left, right and merged ids; of a pair that is there twice, the last counts. */
  constructor(merges: readonly (readonly [number, number, number])[]) {
    const size = 4 * 2 ** Math.ceil(Math.log2(2 * merges.length + 2));
    this.mask = size - 1;
    this.slots = new Int32Array(size).fill(NEVER);
    this.merged = Int32Array.from(merges, ([, , id]) => id);
    for (const [rank, [left, right]] of merges.entries()) this.slots.set([left, right, rank], this.find(left, right));
  }

  /** The rank of a pair, the lower the earlier; NEVER where it does not merge. */
  rankOf(left: number, right: number): number {
    return this.slots[this.find(left, right) + 2];
  }

  private find(left: number, right: number): number {
    const { mask, slots } = this;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = (hash << 2) & mask;
    while (slots[slot + 2] !== NEVER && (slots[slot] !== left || slots[slot + 1] !== right)) slot = (slot + 4) & mask;
    return slot;
  }
}
