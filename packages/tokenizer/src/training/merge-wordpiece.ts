import { PairHeap } from './pair-heap';
import type { CountedWord, VocabularyBuilder } from './vocabulary';

interface MergeOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly prefix: string;
  readonly onProgress?: ((progress: { entries: number; vocabSize: number }) => void) | undefined;
}

const progressEvery = 100;

/**
 * Merges the most frequent pair of neighboring pieces into a new entry, again and again, until the vocabulary is full
 * or no pair occurs `minFrequency` times. Changes `words` and `vocabulary`.
 *
 * Counts are kept up to date, and a merge looks only at words that hold the pair. A queued count may be out of date by
 * the time it comes up; the pair is then queued again with its present count.
 */
export function mergeWordPiece(words: CountedWord[], vocabulary: VocabularyBuilder, options: MergeOptions): void {
  const { vocabSize, prefix, onProgress } = options;
  const least = Math.max(1, options.minFrequency);
  const counts = countPairs(words);
  const heap = new PairHeap();
  for (const { left, right, count } of counts.all()) heap.push({ left, right, count });

  for (let merges = 1; vocabulary.tokens.length < vocabSize; ) {
    const top = heap.pop();
    if (top === undefined) break;
    const { left, right } = top;
    const entry = counts.get(left, right);
    if (entry === undefined || entry.count !== top.count) {
      if (entry !== undefined && entry.count >= least) heap.push({ left, right, count: entry.count });
      continue;
    }
    if (top.count < least) break;
    const merged = vocabulary.add(mergedToken(vocabulary.tokens[left], vocabulary.tokens[right], prefix));
    for (const pair of mergeInWords({ words, holders: entry.words, left, right, merged, counts })) heap.push(pair);
    counts.delete(left, right);
    if (merges++ % progressEvery === 0) onProgress?.({ entries: vocabulary.tokens.length, vocabSize });
  }
  onProgress?.({ entries: vocabulary.tokens.length, vocabSize });
}

function countPairs(words: CountedWord[]): PairCounts {
  const counts = new PairCounts();
  for (const [word, { pieces, count }] of words.entries()) {
    for (let i = 1; i < pieces.length; i++) counts.change(pieces[i - 1], pieces[i], count, word);
  }
  return counts;
}

function mergedToken(left: string, right: string, prefix: string): string {
  return left + (right.startsWith(prefix) ? right.slice(prefix.length) : right);
}

interface Merge {
  readonly words: readonly CountedWord[];
  /** Numbers of the words that hold the pair. */
  readonly holders: readonly number[];
  readonly left: number;
  readonly right: number;
  readonly merged: number;
  readonly counts: PairCounts;
}

/** Merges one pair wherever it occurs. Returns the new pairs with their counts. */
function mergeInWords(merge: Merge): { left: number; right: number; count: number }[] {
  const { words, holders, merged, counts } = merge;
  const lefts = new Set<number>();
  const rights = new Set<number>();
  for (const holder of holders) {
    const { pieces } = words[holder];
    mergeInWord(merge, holder);
    for (let i = 0; i < pieces.length; i++) {
      if (pieces[i] !== merged) continue;
      if (i > 0) lefts.add(pieces[i - 1]);
      if (i + 1 < pieces.length) rights.add(pieces[i + 1]);
    }
  }
  const pairs = [
    ...Array.from(lefts, (left) => ({ left, right: merged })),
    ...Array.from(rights, (right) => ({ left: merged, right })).filter(
      ({ right }) => right !== merged || !lefts.has(merged),
    ),
  ];
  return pairs.map((pair) => ({ ...pair, count: counts.get(pair.left, pair.right)?.count ?? 0 }));
}

/** Merges one pair in one word, left to right, and moves the counts of the pairs around it. */
function mergeInWord({ words, left, right, merged, counts }: Merge, word: number): void {
  const { pieces, count } = words[word];
  let length = 0;
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] !== left || i + 1 >= pieces.length || pieces[i + 1] !== right) {
      pieces[length++] = pieces[i];
      continue;
    }
    if (length > 0) {
      counts.change(pieces[length - 1], left, -count, word);
      counts.change(pieces[length - 1], merged, count, word);
    }
    if (i + 2 < pieces.length) {
      counts.change(right, pieces[i + 2], -count, word);
      counts.change(merged, pieces[i + 2], count, word);
    }
    pieces[length++] = merged;
    i++;
  }
  pieces.length = length;
}

interface PairEntry {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Numbers of the words that hold the pair, and of some that no longer do. */
  readonly words: number[];
}

/** Number of occurrences of each pair of neighboring pieces, and the words that hold it. */
class PairCounts {
  private readonly entries = new Map<number, PairEntry>();

  /** Changes the count of a pair that is in the word number `word`. */
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

  /** Drops a pair, which has been merged everywhere. */
  delete(left: number, right: number): void {
    this.entries.delete(left * 2 ** 26 + right);
  }

  all(): Iterable<PairEntry> {
    return this.entries.values();
  }
}
