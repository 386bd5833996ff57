/** What each pair of ids merges into, and when: an open-addressing hash table over typed arrays. */
export class PairRanks {
  private readonly mask: number;
  private readonly lefts: Int32Array;
  private readonly rights: Int32Array;
  /** The rank plus 1; 0 marks an empty slot. */
  private readonly slots: Int32Array;
  /** The id that the merge of a rank makes. */
  readonly merged: Int32Array;

  /** `merges` holds left, right and merged ids; of a pair that is there twice, the last counts. */
  constructor(merges: readonly (readonly [number, number, number])[]) {
    const size = 2 ** Math.ceil(Math.log2(2 * merges.length + 2));
    this.mask = size - 1;
    this.lefts = new Int32Array(size);
    this.rights = new Int32Array(size);
    this.slots = new Int32Array(size);
    this.merged = Int32Array.from(merges, ([, , id]) => id);
    for (const [rank, [left, right]] of merges.entries()) {
      const slot = this.find(left, right);
      this.lefts[slot] = left;
      this.rights[slot] = right;
      this.slots[slot] = rank + 1;
    }
  }

  /** The rank of a pair, the lower the earlier; -1 where it does not merge. */
  rankOf(left: number, right: number): number {
    return this.slots[this.find(left, right)] - 1;
  }

  private find(left: number, right: number): number {
    const { mask, slots, lefts, rights } = this;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (slots[slot] !== 0 && (lefts[slot] !== left || rights[slot] !== right)) slot = (slot + 1) & mask;
    return slot;
  }
}
