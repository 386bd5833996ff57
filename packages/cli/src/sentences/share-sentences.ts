import { equalTextGroups, split } from '@attune/data';
import type { TaggedWords } from '@attune/train';

/** Shares of sentences: training, validation and, where there are three, test. */
export interface SharedSentences {
  readonly train: readonly TaggedWords[];
  readonly validation: readonly TaggedWords[];
  readonly test?: readonly TaggedWords[];
  /** Sentences moved to training, because they have a tag that no sentence there had. */
  readonly moved: number;
}

/**
 * Divides sentences at random, equal ones kept together. A sentence with a tag that training would not know goes there, and
 * those equal to it.
 */
export function shareSentences(
  sentences: readonly TaggedWords[],
  { fractions, seed }: { readonly fractions: readonly number[]; readonly seed: number },
): SharedSentences {
  const groups = equalTextGroups(sentences.map(({ words }) => words.join(' ')));
  const [training, ...others] = split({ groups, fractions, seed }).parts;
  const known = new Set(Array.from(training, (i) => sentences[i].tags).flat());
  const isUnknown = (i: number) => sentences[i].tags.some((tag) => !known.has(tag));
  const movedGroups = new Set(others.flatMap((part) => Array.from(part.filter(isUnknown), (i) => groups[i])));
  const moved = others.flatMap((part) => [...part].filter((i) => movedGroups.has(groups[i])));
  const pick = (indices: Iterable<number>) => Array.from(indices, (i) => sentences[i]);
  const [validation, test] = others.map((part) => pick([...part].filter((i) => !movedGroups.has(groups[i]))));
  const train = pick([...training, ...moved].sort((a, b) => a - b));
  return { train, validation, ...(test && { test }), moved: moved.length };
}
