import { equalTextGroups, split } from '@attune/data';
import { AttuneError } from '@attune/internal';
import type { TaggedWords } from '@attune/train';

/** Parts of sentences: training, validation and, with three fractions, test. */
interface SplitSentences {
  readonly train: readonly TaggedWords[];
  readonly validation: readonly TaggedWords[];
  readonly test?: readonly TaggedWords[];
  /** Number of sentences moved to training, because no training sentence had one of their tags. */
  readonly moved: number;
}

interface SplitSentencesOptions {
  readonly fractions: readonly number[];
  readonly seed: number;
  /** Tags that are known even if no training sentence has them. */
  readonly labelList?: readonly string[];
}

/**
 * Splits sentences at random, equal ones kept together. A sentence with a tag that is missing from training is moved there,
 * with the sentences equal to it.
 */
export function splitSentences(
  sentences: readonly TaggedWords[],
  { fractions, seed, labelList = [] }: SplitSentencesOptions,
): SplitSentences {
  const groups = equalTextGroups(sentences.map(({ words }) => words.join(' ')));
  const [training, ...others] = split({ groups, fractions, seed }).parts;
  const known = new Set([...labelList, ...Array.from(training, (i) => sentences[i].tags).flat()]);
  const isUnknown = (i: number) => sentences[i].tags.some((tag) => !known.has(tag));
  const movedGroups = new Set(others.flatMap((part) => Array.from(part.filter(isUnknown), (i) => groups[i])));
  const moved = others.flatMap((part) => [...part].filter((i) => movedGroups.has(groups[i])));
  const pick = (indices: Iterable<number>) => Array.from(indices, (i) => sentences[i]);
  const [validation, test] = others.map((part) => pick([...part].filter((i) => !movedGroups.has(groups[i]))));
  const train = pick([...training, ...moved].sort((a, b) => a - b));
  return { train, validation, ...(test && { test }), moved: moved.length };
}

/** The error for data without a sentence left for validation or test, because too many tags occur only once. */
export function rareTags(
  sentences: readonly TaggedWords[],
  { where, emptied }: { readonly where: string; readonly emptied: 'validation' | 'test' },
): AttuneError {
  const [purpose, flag] = emptied === 'test' ? ['test', '--test-data'] : ['validate', '--eval-data'];
  const counts = new Map<string, number>();
  for (const tag of sentences.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const rare = [...counts].flatMap(([tag, count]) => (count === 1 ? [tag] : []));
  return new AttuneError(
    'DATA_SPLIT',
    `${where}: expected tags that several sentences have, got ${counts.size} tags of which ${rare.length} occur once, such as ${rare.slice(0, 3).join(', ')}: ` +
      `no sentence is left to ${purpose} on; check the column of tags (--label), or pass a ${emptied} file with ${flag}`,
  );
}
