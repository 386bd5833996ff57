import { similarity, wordSet } from './near-duplicates';

/** Finds, for a text, the most similar one of those that were indexed. */
export type FindSimilar = (text: string) => { index: number; similarity: number } | undefined;

/**
 * Indexes texts by their rarest words, so that a text is compared with few others, and none is missed.
 *
 * If two sets of words have |A ∩ B| / |A ∪ B| ≥ t, and each is sorted by the rarity of its words, their first |A| − ⌈t·|A|⌉ + 1 share a word. Similarity is that
 * of `nearDuplicateGroups`; ties go to the first text; texts without a word are similar to none.
 * Source: Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search", 2007.
 */
export function similarTexts(texts: readonly string[], threshold: number): FindSimilar {
  const sets = texts.map(wordSet);
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
  return (text) => {
    const words = wordSet(text);
    const candidates = new Set(rarest(words).flatMap((word) => holders.get(word) ?? []));
    return best(words, sets, { candidates, threshold });
  };
}

function best(
  words: ReadonlySet<string>,
  sets: readonly ReadonlySet<string>[],
  { candidates, threshold }: { candidates: Iterable<number>; threshold: number },
): ReturnType<FindSimilar> {
  let found: ReturnType<FindSimilar>;
  for (const index of candidates) {
    const ratio = Math.min(words.size, sets[index].size) / Math.max(words.size, sets[index].size);
    if (ratio < threshold) continue;
    const own = similarity(words, sets[index]);
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
