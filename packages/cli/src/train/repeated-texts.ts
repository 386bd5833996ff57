import { equalTextGroups } from '@attune/data';

/** How many texts of a part are in the training part too, case and white space aside. */
export function countRepeated(training: readonly string[], part: readonly string[]): number {
  const groups = equalTextGroups([...training, ...part]);
  const seen = new Set(groups.subarray(0, training.length));
  return groups.subarray(training.length).filter((group) => seen.has(group)).length;
}
