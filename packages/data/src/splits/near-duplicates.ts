// Near-duplicate texts by the Jaccard similarity of their words: groups, and the index that finds them.
import { checkOptions, type TableOf } from '@attune/internal';
import { connectedComponents, denseIds, linksWithin } from './groups';

/** Options of `nearDuplicateGroups`. */
export interface NearDuplicateOptions {
  /** Compare only texts with the same value here, such as a fine-grained code or an employer; default compare all. */
  readonly within?: ArrayLike<string | number>;
  /** Least Jaccard similarity |A ∩ B| / |A ∪ B| of two texts of one group; default 0.6. */
  readonly jaccard?: number;
}

const duplicatesTable = { within: 'any', jaccard: 'any' } satisfies TableOf<NearDuplicateOptions>;

/**
 * Group ids that keep near-duplicate texts together, so that the test part holds no near copy of a training text.
 *
 * Groups are the connected components of texts with the same set of words, or with the same `within` and sets of words
 * of at least that Jaccard similarity. Exact: no pair is missed. Words are runs of letters and digits, in lower case.
 * @throws RangeError when the lengths differ or `jaccard` is not in (0, 1]; AttuneError ARGUMENT_INVALID for an unknown option.
 * @example nearDuplicateGroups(['Bean farming, dry', 'Dry bean farming', 'Tax law'], { within: ['1', '2', '1'] }) // [0, 0, 1]
 */
export function nearDuplicateGroups(texts: readonly string[], options: NearDuplicateOptions = {}): Int32Array {
  checkOptions('nearDuplicateGroups', options, duplicatesTable);
  const { within, jaccard = 0.6 } = options;
  if (within !== undefined && texts.length !== within.length) {
    throw new RangeError(
      `nearDuplicateGroups: expected one value of within per text, got ${within.length} for ${texts.length} texts`,
    );
  }
  if (!(jaccard > 0 && jaccard <= 1)) {
    throw new RangeError(`nearDuplicateGroups: expected a jaccard above 0 and at most 1, got ${jaccard}`);
  }
  const sets = texts.map(wordSet);
  const equalSets = linksWithin(sets.map((words) => [...words].sort().join(' ')));
  const similar = within ? similarPairs(sets, { within, jaccard }) : allSimilarPairs(sets, jaccard);
  return connectedComponents(texts.length, [...equalSets, ...similar]);
}

function* similarPairs(
  sets: readonly Set<string>[],
  { within, jaccard }: Required<NearDuplicateOptions>,
): Generator<[number, number]> {
  for (const members of membersOf(within)) {
    for (let a = 0; a < members.length; a++) {
      for (let b = a + 1; b < members.length; b++) {
        if (similarity(sets[members[a]], sets[members[b]], jaccard) >= jaccard) yield [members[a], members[b]];
      }
    }
  }
}

/** The examples of every group, in order. */
function membersOf(groups: ArrayLike<string | number>): number[][] {
  const { ids, distinct } = denseIds(groups);
  const members = distinct.map((): number[] => []);
  for (const [i, id] of ids.entries()) members[id].push(i);
  return members;
}

/** Finds, for a text, the most similar one of those that were indexed. */
type FindSimilar = (text: string) => { index: number; similarity: number } | undefined;

/**
 * Indexes texts, so that a text is compared with few others and no pair is missed.
 *
 * Similarity is Jaccard's; ties go to the first text; texts without a word are similar to none.
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
function* allSimilarPairs(sets: readonly ReadonlySet<string>[], threshold: number): Generator<[number, number]> {
  const candidatesFor = rarestWordIndex(sets, threshold);
  for (const [i, words] of sets.entries())
    for (const other of candidatesFor(words))
      if (other < i && similarity(words, sets[other], threshold) >= threshold) yield [other, i];
}

/**
 * Indexes sets of words by their rarest words; the function returned lists every set that may be similar enough to another.
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

/** The rarest words of a text; words that no indexed text has are the rarest. */
function prefix(words: ReadonlySet<string>, ranks: ReadonlyMap<string, number>, threshold: number): string[] {
  const sorted = [...words].sort((a, b) => (ranks.get(a) ?? -1) - (ranks.get(b) ?? -1));
  // Rounding must not make the prefix too short: 0.6 · 5 is a little more than 3.
  return sorted.slice(0, words.size - Math.ceil(threshold * words.size - 1e-9) + 1);
}

/** The distinct words of a text, in lower case: runs of letters and digits. */
export function wordSet(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/**
 * Jaccard similarity |A ∩ B| / |A ∪ B|; 1 for two empty sets.
 *
 * @param least return 0 as soon as this value cannot be reached
 */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>, least = 0): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  // shared / (|A| + |B| − shared) ≥ least; rounding must not turn a pair away.
  let spare = small.size - (least * (a.size + b.size)) / (1 + least) + 1e-9;
  if (spare < 0) return 0;
  let shared = 0;
  for (const word of small) {
    if (large.has(word)) shared++;
    else if (--spare < 0) return 0;
  }
  const union = a.size + b.size - shared;
  return union === 0 ? 1 : shared / union;
}
