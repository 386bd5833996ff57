import { AttuneError } from '../attune-error';
import { type Random, seededRandom, shuffle } from '../random';
import { assignGroups } from './assign-groups';
import { denseIds } from './dense-ids';
import { groupExamples } from './grouped-examples';
import { wantEveryClass } from './presence';
import { splitWarnings } from './split-warnings';
import { wantedCounts } from './wanted-counts';

export interface SplitOptions {
  /** Positive, summing to 1: `[0.8, 0.2]` (training, test) or `[0.8, 0.1, 0.1]` (training, validation, test). */
  fractions: readonly number[];
  /** An integer in [0, 2⁵³): the same seed and data give the same parts on every machine. */
  seed: number;
  /** One class an example: every part gets each class's share. */
  labels?: ArrayLike<string | number>;
  /** One group an example: a group is never divided. */
  groups?: ArrayLike<string | number>;
  /** What warnings call the parts; training, (validation,) test unless given. */
  names?: readonly string[];
  /** The number of examples, where neither labels nor groups tell. */
  length?: number;
}

export interface Split {
  /** The examples of each part, as ascending indices; together every example once. */
  parts: Int32Array[];
  /** What could not be shared out, in sentences for the user. */
  warnings: string[];
}

/**
 * Divides examples into training and test parts: at random, stratified by label, and with groups kept whole.
 *
 * Every part but the first has ⌈fraction · count⌉ examples. With `labels` the class counts are scikit-learn's StratifiedShuffleSplit's; a label with a
 * single example stays in training. With `groups` the counts come as near to that as whole groups allow, and every label is in every part where its groups suffice,
 * in the last part (test) before the middle one. Throws RangeError for bad fractions, seeds and lengths, AttuneError `DATA_SPLIT` when there are too few
 * examples or groups to fill every part.
 * @example
 * const { parts } = split({ labels, groups: equalTextGroups(texts), fractions: [0.8, 0.2], seed: 42 });
 * const [training, test] = parts;
 */
export function split(options: SplitOptions): Split {
  const count = exampleCount(options);
  const random = seededRandom(options.seed);
  const { ids, distinct } = denseIds(options.labels ?? new Uint8Array(count));
  const examples = distinct.map(() => 0);
  for (const id of ids) examples[id]++;
  const partOf =
    options.groups === undefined
      ? divideExamples(ids, wantedCounts({ examples, units: examples }, options.fractions, random), random)
      : divideGroups({ ids, examples, groups: options.groups, fractions: options.fractions }, random);
  const parts = options.fractions.map((_, part) => indicesOf(partOf, part));
  checkFilled(parts);
  const warnings =
    options.labels === undefined ? [] : splitWarnings(parts, { ids, names: distinct, examples }, options.names);
  return { parts, warnings };
}

/** The part of every example: in random order, each to the first part that still wants its class. */
function divideExamples(classes: Int32Array, wanted: readonly number[][], random: Random): Int32Array {
  const order = shuffle(
    Int32Array.from(classes, (_, example) => example),
    random,
  );
  const left = wanted.map((counts) => [...counts]);
  const parts = new Int32Array(classes.length);
  for (const example of order) {
    const part = left.findIndex((counts) => counts[classes[example]] > 0);
    left[part][classes[example]]--;
    parts[example] = part;
  }
  return parts;
}

interface GroupedInput {
  ids: Int32Array;
  examples: readonly number[];
  groups: ArrayLike<string | number>;
  fractions: readonly number[];
}

/** The part of every example, whole groups at a time. */
function divideGroups({ ids, examples, groups, fractions }: GroupedInput, random: Random): Int32Array {
  const grouped = groupExamples(ids, examples.length, groups);
  checkGroupCount(grouped.groupCount, fractions.length);
  const units = examples.map((_, classId) => grouped.groupsOf(classId).length);
  const wanted = wantedCounts({ examples, units }, fractions, random);
  wantEveryClass(wanted, units);
  const partOfGroup = assignGroups(grouped, wanted, random);
  const parts = new Int32Array(ids.length);
  for (const [group, part] of partOfGroup.entries())
    for (const example of grouped.members(group)) parts[example] = part;
  return parts;
}

function indicesOf(partOf: Int32Array, part: number): Int32Array {
  return Int32Array.from([...partOf.keys()].filter((example) => partOf[example] === part));
}

function exampleCount({ labels, groups, length }: SplitOptions): number {
  const lengths = [labels?.length, groups?.length, length].filter((value) => value !== undefined);
  if (lengths.length === 0) throw new RangeError('split: expected labels, groups or a length, got none of them');
  if (new Set(lengths).size > 1) {
    throw new RangeError(`split: expected labels, groups and length to agree, got ${lengths.join(', ')}`);
  }
  if (!Number.isSafeInteger(lengths[0]) || lengths[0] < 0) {
    throw new RangeError(`split: expected a length that is an integer ≥ 0, got ${lengths[0]}`);
  }
  return lengths[0];
}

function checkGroupCount(groupCount: number, partCount: number): void {
  if (groupCount >= partCount) return;
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected at least ${partCount} groups, one a part, got ${groupCount} (what stays together, such as equal texts, is one); add examples, group by a finer column, or name an evaluation file`,
  );
}

function checkFilled(parts: readonly Int32Array[]): void {
  const empty = parts.findIndex((part) => part.length === 0);
  if (empty === -1) return;
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected examples in every part, got none in part ${empty + 1} of ${parts.length}; its groups are too large: group by a finer column or name an evaluation file`,
  );
}
