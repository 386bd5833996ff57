/** How often each pair of neighbouring pieces occurs, and in which words. */
export class PairCounts {
  private readonly entries = new Map<number, PairEntry>();

  /** Counts a pair of word number `word` up or down by `change`. */
  change(left: number, right: number, change: number, word: number): void {
    const key = left * 2 ** 26 + right;
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { left, right, count: 0, words: [] };
      this.entries.set(key, entry);
    }
    entry.count += change;
    if (change > 0 && entry.words.at(-1) !== word) entry.words.push(word);
  }

  get(left: number, right: number): PairEntry | undefined {
    return this.entries.get(left * 2 ** 26 + right);
  }

  /** Forgets a pair, which has been merged everywhere. */
  delete(left: number, right: number): void {
    this.entries.delete(left * 2 ** 26 + right);
  }

  all(): Iterable<PairEntry> {
    return this.entries.values();
  }
}

export interface PairEntry {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Every word that holds the pair; some may hold it no more. */
  readonly words: number[];
}
