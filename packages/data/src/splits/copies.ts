import { type LeakageOptions, leakageReport } from './leakage';

/**
 * The indices of the texts that others have too, equal or nearly: what a model must not learn from if it is tested on the others.
 *
 * Near is |A ∩ B| / |A ∪ B| ≥ `threshold` of their sets of words, 0.8 unless given; no pair is missed.
 * Throws RangeError for a threshold out of range.
 * @example
 * const copies = copiesIn(['Cook in Bath', 'Welder'], ['cook in  Bath']); // Set { 0 }
 * const kept = texts.filter((_, i) => !copies.has(i));
 */
export function copiesIn(
  texts: readonly string[],
  others: readonly string[],
  { threshold }: Pick<LeakageOptions, 'threshold'> = {},
): Set<number> {
  const { pairs } = leakageReport({ others, texts }, { threshold, examples: texts.length });
  return new Set(pairs.flatMap(({ equal, near }) => [...equal.examples, ...near.examples]).map(({ index }) => index));
}
