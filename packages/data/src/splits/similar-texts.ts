import { similarity, wordSet } from './word-sets';

/** Finds, for a text, the most similar one of those that were indexed. */
export type FindSimilar = (text: string) => { index: number; similarity: number } | undefined;

/**
 * Indexes texts, so that a text is compared with few others, and none is missed.
 *
 * Similarity is that of `nearDuplicateGroups`; ties go to the first text; texts without a word are similar to none.
 */
export function similarTexts(texts: readonly string[], threshold: number): FindSimilar {
  const sets = texts.map(wordSet);
  const candidatesFor = rarestWordIndex(sets, threshold);
  return (text) => {
    const words = wordSet(text);
    return best(words, sets, { candidates: candidatesFor(words), threshold });
  };
}

/** Every pair of texts whose sets of words are similar by at least the threshold, each pair once. */
export function* allSimilarPairs(sets: readonly ReadonlySet<string>[], threshold: number): Generator<[number, number]> {
  const candidatesFor = rarestWordIndex(sets, threshold);
  for (const [i, words] of sets.entries())
    for (const other of candidatesFor(words))
      if (other < i && similarity(words, sets[other], threshold) >= threshold) yield [other, i];
}

/**
 * Indexes sets of words by the rarest words of each; what it returns gives every set that may be so similar to another.
 *
 * If two sets have |A ∩ B| / |A ∪ B| ≥ t, and each is sorted by the rarity of its words, their first |A| − ⌈t·|A|⌉ + 1 share a word.
 * Source: Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search", 2007.
 */
function rarestWordIndex(sets: readonly ReadonlySet<string>[], threshold: number) {
  const counts = new Map<string, number>();
  for (const words of sets) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const byRarity = [...counts].sort(([, a], [, b]) => a - b);
  const ranks = new Map(byRarity.map(([word], rank) => [word, rank]));
  const rarest = (words: ReadonlySet<string>) => prefix(words, ranks, threshold);
  const holders = new Map<string, number[]>();
  for (const [i, words] of sets.entries())
    for (const word of rarest(words)) {
      const own = holders.get(word);
      if (own === undefined) holders.set(word, [i]);
      else own.push(i);
    }
  return (words: ReadonlySet<string>) => new Set(rarest(words).flatMap((word) => holders.get(word) ?? []));
}

function best(
  words: ReadonlySet<string>,
  sets: readonly ReadonlySet<string>[],
  { candidates, threshold }: { candidates: Iterable<number>; threshold: number },
): ReturnType<FindSimilar> {
  let found: ReturnType<FindSimilar>;
  for (const index of candidates) {
    const own = similarity(words, sets[index], threshold);
    if (own < threshold) continue;
    if (found === undefined || own > found.similarity || (own === found.similarity && index < found.index))
      found = { index, similarity: own };
  }
  return found;
}

/** The rarest words of a text; those that no indexed text has are the rarest. */
function prefix(words: ReadonlySet<string>, ranks: ReadonlyMap<string, number>, threshold: number): string[] {
  const sorted = [...words].sort((a, b) => (ranks.get(a) ?? -1) - (ranks.get(b) ?? -1));
  // Rounding must not make the prefix too short: 0.6 · 5 is a little more than 3.
  return sorted.slice(0, words.size - Math.ceil(threshold * words.size - 1e-9) + 1);
}
