// Texts that occur in several parts of a split.
import { checkOptions, type TableOf } from '@attune/internal';
import { normalText } from './groups';
import { similarTexts } from './near-duplicates';

/** A text that also occurs in an earlier part. */
export interface LeakedText {
  /** Its index in its part. */
  readonly index: number;
  /** Index of its copy in the earlier part. */
  readonly copy: number;
  /** |A ∩ B| / |A ∪ B| of their sets of words; 1 for equal texts. */
  readonly similarity: number;
}

/** Texts that a later part shares with an earlier one. */
export interface Leaks {
  /** Number of texts of the later part that are also in the earlier one. */
  readonly count: number;
  /** `count` divided by the number of texts in the later part. */
  readonly share: number;
  /** The first few. */
  readonly examples: readonly LeakedText[];
}

/** Texts that one part shares with an earlier one. */
export interface PairLeakage {
  /** Name of the earlier part. */
  readonly from: string;
  /** Name of the later part, whose scores are too high. */
  readonly into: string;
  /** Texts that differ only in case and white space, as in `equalTextGroups`. */
  readonly equal: Leaks;
  /** Other texts with a similarity of at least the threshold. */
  readonly near: Leaks;
}

/** Texts that the parts of a split share. */
export interface LeakageReport {
  /** Each part with each earlier one, including pairs without shared texts. */
  readonly pairs: readonly PairLeakage[];
  /** One note per pair of parts with shared texts. */
  readonly notes: readonly string[];
}

/** Options of `leakageReport`. */
export interface LeakageOptions {
  /** Minimum Jaccard similarity of the sets of words of near duplicates, in (0, 1]; default 0.8. */
  readonly threshold?: number;
  /** Maximum number of examples per pair and type; default 5. */
  readonly examples?: number;
}

const leakageTable = { threshold: 'any', examples: 'number' } satisfies TableOf<LeakageOptions>;
const copiesTable = { threshold: 'any' } satisfies TableOf<Pick<LeakageOptions, 'threshold'>>;

/**
 * Counts texts that also occur in earlier parts of a split, which makes scores too high.
 *
 * Exact: finds every pair of texts at or above the threshold.
 * @throws RangeError for a threshold out of range; AttuneError ARGUMENT_INVALID for an unknown option.
 * @example
 * const { notes } = leakageReport({ training: ['Cook in Bath'], test: ['cook in  Bath', 'Welder'] });
 * // ['1 of 2 texts of test (50 %) are also in training, 0 more have a near duplicate there: …']
 */
export function leakageReport(
  parts: Readonly<Record<string, readonly string[]>>,
  options: LeakageOptions = {},
): LeakageReport {
  checkOptions('leakageReport', options, leakageTable);
  const { threshold = 0.8, examples = 5 } = options;
  if (!(threshold > 0 && threshold <= 1))
    throw new RangeError(`leakageReport: threshold expected a number above 0 and at most 1, got ${threshold}`);
  const named = Object.entries(parts);
  const pairs = named.flatMap(([from, texts], i) => {
    const find = finder(texts, threshold);
    return named.slice(i + 1).map(([into, others]) => pairLeakage({ from, into }, others.map(find), examples));
  });
  return { pairs, notes: pairs.filter(({ equal, near }) => equal.count + near.count > 0).map(note) };
}

type Found = Omit<LeakedText, 'index'> & { readonly isEqual: boolean };

function finder(texts: readonly string[], threshold: number): (text: string) => Found | undefined {
  const firsts = new Map<string, number>();
  for (const [i, text] of texts.entries()) if (!firsts.has(normalText(text))) firsts.set(normalText(text), i);
  const findSimilar = similarTexts(texts, threshold);
  return (text) => {
    const copy = firsts.get(normalText(text));
    if (copy !== undefined) return { copy, similarity: 1, isEqual: true };
    const similar = findSimilar(text);
    return similar && { copy: similar.index, similarity: similar.similarity, isEqual: false };
  };
}

function pairLeakage(
  names: Pick<PairLeakage, 'from' | 'into'>,
  found: readonly (Found | undefined)[],
  most: number,
): PairLeakage {
  const leaks = (isEqual: boolean): Leaks => {
    const own = found.flatMap((one, index) =>
      one?.isEqual === isEqual ? [{ index, copy: one.copy, similarity: one.similarity }] : [],
    );
    return { count: own.length, share: own.length / Math.max(1, found.length), examples: own.slice(0, most) };
  };
  return { ...names, equal: leaks(true), near: leaks(false) };
}

function note({ from, into, equal, near }: PairLeakage): string {
  const total = Math.round((equal.count + near.count) / (equal.share + near.share));
  const percent = Number((100 * equal.share).toFixed(1));
  return (
    `${equal.count} of ${total} texts of ${into} (${percent} %) are also in ${from}, ${near.count} more have a near duplicate there: ` +
    `scores on ${into} are too high; split by groups of equal texts`
  );
}

/**
 * Indices of the texts that are among the others too, equal or nearly: a model that is tested on the others must not learn from
 * them.
 *
 * Near copies have |A ∩ B| / |A ∪ B| ≥ `threshold` of their sets of words, default 0.8; no pair is missed.
 * @throws RangeError for a threshold out of range; AttuneError ARGUMENT_INVALID for an unknown option.
 * @example
 * const copies = copiesIn(['Cook in Bath', 'Welder'], ['cook in  Bath']); // Set { 0 }
 * const kept = texts.filter((_, i) => !copies.has(i));
 */
export function copiesIn(
  texts: readonly string[],
  others: readonly string[],
  options: Pick<LeakageOptions, 'threshold'> = {},
): Set<number> {
  checkOptions('copiesIn', options, copiesTable);
  const { pairs } = leakageReport({ others, texts }, { threshold: options.threshold, examples: texts.length });
  return new Set(pairs.flatMap(({ equal, near }) => [...equal.examples, ...near.examples]).map(({ index }) => index));
}
