import { PairCounts } from './pair-counts';
import { PairHeap } from './pair-heap';
import type { VocabularyBuilder } from './vocabulary-builder';

/** A word as the ids of its pieces, and how often it occurs. */
export interface CountedWord {
  pieces: number[];
  count: number;
}

export interface MergeOptions {
  vocabSize: number;
  minFrequency: number;
  prefix: string;
  onProgress?: (progress: { entries: number; vocabSize: number }) => void;
}

const PROGRESS_EVERY = 100;

/**
 * Merges the most frequent pair of neighbouring pieces into a new entry, again and again, until the vocabulary is full or
 * no pair occurs `minFrequency` times.
 *
 * Counts are kept up to date: a merge looks only at words that hold the pair. A queued count may be out of date by the time
 * it comes up; it is then queued again with the present one. Changes `words` and `vocabulary`.
 */
export function mergePairs(words: CountedWord[], vocabulary: VocabularyBuilder, options: MergeOptions): void {
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
    if (merges++ % PROGRESS_EVERY === 0) onProgress?.({ entries: vocabulary.tokens.length, vocabSize });
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
  words: CountedWord[];
  holders: readonly number[];
  left: number;
  right: number;
  merged: number;
  counts: PairCounts;
}

/** Merges one pair wherever it occurs; returns the pairs this made, with their counts. */
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
