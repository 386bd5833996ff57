import { PairHeap } from './pair-heap';
import type { CountedWord, VocabularyBuilder } from './vocabulary';

interface MergeBpeOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly onProgress?: ((progress: { entries: number; vocabSize: number }) => void) | undefined;
}

interface CountedPair {
  readonly left: number;
  readonly right: number;
  /** Number of occurrences. As in the reference, occurrences inside pieces that merge are not subtracted. */
  count: number;
}

/** A pair, queued with the numbers of the words that it came up in. */
interface QueuedPair extends CountedPair {
  readonly words: Set<number>;
}

const progressEvery = 100;

/**
 * Merges the most frequent pair of neighboring pieces, again and again, until the vocabulary is full or no pair occurs
 * `minFrequency` times. Returns the merges in order. Changes `words` and `vocabulary`.
 *
 * Source: `BpeTrainer` of Hugging Face tokenizers, to the letter: if two merges make the same piece, a pair can be
 * queued more than once, each time with some of its words, and be merged more than once; the last time counts.
 */
export function mergeBpe(
  words: CountedWord[],
  vocabulary: VocabularyBuilder,
  { vocabSize, minFrequency, onProgress }: MergeBpeOptions,
): [string, string][] {
  const counts = new PairTable();
  const heap = new PairHeap<QueuedPair>();
  const merges = new Map<CountedPair, [string, string]>();
  const fresh = new Map<CountedPair, Set<number>>();
  const count = (left: number, right: number, change: number, word: number) => {
    const pair = counts.at(left, right);
    pair.count += change;
    if (change <= 0) return;
    const holders = fresh.get(pair);
    if (holders) holders.add(word);
    else fresh.set(pair, new Set([word]));
  };
  const enqueue = () => {
    for (const [pair, holders] of fresh) if (pair.count > 0) heap.push({ ...pair, words: holders });
    fresh.clear();
  };
  countAll(words, count);
  enqueue();
  for (let done = 1; vocabulary.tokens.length < vocabSize; ) {
    const top = heap.pop();
    if (top === undefined) break;
    const pair = counts.at(top.left, top.right);
    if (top.count !== pair.count) {
      if (pair.count > 0) heap.push({ ...top, count: pair.count });
      continue;
    }
    if (top.count < Math.max(1, minFrequency)) break;
    const tokens: [string, string] = [vocabulary.tokens[top.left], vocabulary.tokens[top.right]];
    const merged = vocabulary.add(tokens[0] + tokens[1]);
    merges.delete(pair);
    merges.set(pair, tokens);
    for (const word of top.words)
      mergeIn(words[word], top, merged, (l, r, sign) => count(l, r, sign * words[word].count, word));
    enqueue();
    if (done++ % progressEvery === 0) onProgress?.({ entries: vocabulary.tokens.length, vocabSize });
  }
  onProgress?.({ entries: vocabulary.tokens.length, vocabSize });
  return [...merges.values()];
}

function countAll(words: CountedWord[], count: (left: number, right: number, change: number, word: number) => void) {
  for (const [word, { pieces, count: times }] of words.entries()) {
    for (let i = 1; i < pieces.length; i++) count(pieces[i - 1], pieces[i], times, word);
  }
}

/** Merges one pair in one word, left to right. Calls `change` for each pair around it that goes (-1) or comes (1). */
function mergeIn(
  { pieces }: CountedWord,
  { left, right }: CountedPair,
  merged: number,
  change: (left: number, right: number, sign: 1 | -1) => void,
): void {
  let length = 0;
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] !== left || i + 1 >= pieces.length || pieces[i + 1] !== right) {
      pieces[length++] = pieces[i];
      continue;
    }
    if (length > 0) {
      change(pieces[length - 1], left, -1);
      change(pieces[length - 1], merged, 1);
    }
    if (i + 2 < pieces.length) {
      change(right, pieces[i + 2], -1);
      change(merged, pieces[i + 2], 1);
    }
    pieces[length++] = merged;
    i++;
  }
  pieces.length = length;
}

/** Pairs that have ever occurred, with their counts. */
class PairTable {
  private readonly pairs = new Map<number, CountedPair>();

  at(left: number, right: number): CountedPair {
    const key = left * 2 ** 26 + right;
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0 };
      this.pairs.set(key, pair);
    }
    return pair;
  }
}
