import type { Random } from '../random';
import { partSizes } from './fractions';
import { stratifiedCounts } from './stratify';

export interface ClassSizes {
  /** Examples of every class. */
  examples: readonly number[];
  /** Units that may be separated: the class's groups, or its examples where nothing is grouped. */
  units: readonly number[];
}

/**
 * How many examples of every class each part should get, as `counts[part][class]`.
 *
 * A class of one unit cannot be shared out and goes to the first part; the others are stratified over what room remains.
 */
export function wantedCounts(classes: ClassSizes, fractions: readonly number[], random: Random): number[][] {
  const kept = classes.examples.map((count, i) => (classes.units[i] === 1 ? count : 0));
  const shared = classes.examples.map((count, i) => count - kept[i]);
  const sizes = roomLeft(sumOf(classes.examples), sumOf(kept), fractions);
  const wanted = stratifiedCounts(shared, sizes, random);
  wanted[0] = wanted[0].map((count, i) => count + kept[i]);
  return wanted;
}

/** Part sizes of all examples, less those kept in the first part; those that do not fit there shrink all parts. */
function roomLeft(total: number, kept: number, fractions: readonly number[]): number[] {
  const [first, ...others] = partSizes(total, fractions);
  return kept < first ? [first - kept, ...others] : partSizes(total - kept, fractions);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
