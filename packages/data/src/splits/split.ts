// Training, validation and test parts of a data set.
import { AttuneError, checkOptions, firstOf, shownValue, type TableOf } from '@attune/internal';
import { type Random, seededRandom, shuffle } from '../random';
import { assignGroups, groupExamples } from './assign-groups';
import { denseIds } from './groups';
import { targetCounts, targetEveryClass } from './part-counts';

/** Options of `split`. */
export interface SplitOptions {
  /** Fractions of the parts, positive, with the sum 1: `[0.8, 0.2]` (training, test) or `[0.8, 0.1, 0.1]` (training, validation, test). */
  readonly fractions: readonly number[];
  /** Random seed, an integer in [0, 2⁵³): the same seed and data give the same parts on every machine. */
  readonly seed: number;
  /** Class of each example, for stratification; default none. */
  readonly labels?: ArrayLike<string | number>;
  /** Group of each example; groups are not divided. Default none. */
  readonly groups?: ArrayLike<string | number>;
  /** Names of the parts in warnings; default training, (validation,) test. */
  readonly names?: readonly string[];
  /** Number of examples; default the length of labels or groups, required without them. */
  readonly length?: number;
}

/** The result of `split`. */
export interface Split<Fractions extends readonly number[] = readonly number[]> {
  /** Ascending indices of the examples in each part, one list per fraction. */
  readonly parts: { -readonly [Part in keyof Fractions]: Int32Array };
  /** Notes for the user about labels that could not be divided. */
  readonly warnings: string[];
}

/**
 * Divides examples into parts: at random, stratified by label, or with groups kept together.
 *
 * Every part but the first has ⌈fraction · count⌉ examples. With `labels` the class counts are those of scikit-learn's
 * `StratifiedShuffleSplit`; a label with a single example stays in training. With `groups` the counts are as close to
 * that as whole groups allow, and every label is in every part if it has enough groups: the last part (test) takes precedence over
 * the middle one, unless that would be empty.
 * @throws RangeError for invalid fractions and seeds, AttuneError `ARGUMENT_INVALID` for an invalid length, `DATA_SPLIT` if there are too few examples or
 * groups to fill every part.
 * @example
 * const { parts } = split({ labels, groups: equalTextGroups(texts), fractions: [0.8, 0.2], seed: 42 });
 * const [training, test] = parts;
 */
export function split<const Fractions extends readonly number[]>(
  options: SplitOptions & {
    /** Fractions of the parts, positive, with the sum 1. */
    readonly fractions: Fractions;
  },
): Split<Fractions> {
  checkOptions('split', options, splitTable);
  checkClasses('split', options);
  const count = exampleCount('split', options);
  const random = seededRandom(options.seed);
  const { ids, distinct } = denseIds(options.labels ?? new Uint8Array(count));
  const examples = distinct.map(() => 0);
  for (const id of ids) examples[id]++;
  const partOf =
    options.groups === undefined
      ? divideExamples(ids, targetCounts({ examples, units: examples }, options.fractions, random), random)
      : divideGroups({ ids, examples, groups: options.groups, fractions: options.fractions }, random);
  const fractions: readonly number[] = options.fractions;
  const parts = fractions.map((_, part) => indicesOf(partOf, part));
  checkFilled(parts);
  const warnings =
    options.labels === undefined ? [] : splitWarnings(parts, { ids, names: distinct, examples }, options.names);
  return { parts: parts as Split<Fractions>['parts'], warnings };
}

const splitTable = {
  fractions: 'array!',
  seed: 'number!',
  labels: 'list',
  groups: 'list',
  names: 'strings',
  length: 'number',
} satisfies TableOf<SplitOptions>;

/** @throws AttuneError ARGUMENT_INVALID, with the index, for a label or group that is neither a string nor a number */
export function checkClasses(where: string, { labels, groups }: Pick<SplitOptions, 'labels' | 'groups'>): void {
  for (const [name, values] of Object.entries({ labels, groups }))
    for (let i = 0; i < (values?.length ?? 0); i++) {
      const value: unknown = values?.[i];
      if (typeof value === 'string' || typeof value === 'number') continue;
      const isAbsent = value === undefined || value === null;
      const advice = isAbsent
        ? 'remove the example, or give it a value'
        : `convert them to strings: ${name}.map(String)`;
      throw new AttuneError(
        'ARGUMENT_INVALID',
        `${where}: ${name}[${i}] expected a string or a number, got ${shownValue(value)}; ${advice}`,
      );
    }
}

/** The part of every example: in random order, each to the first part that still needs its class. */
function divideExamples(classes: Int32Array, targets: readonly number[][], random: Random): Int32Array {
  const order = shuffle(
    Int32Array.from(classes, (_, example) => example),
    random,
  );
  const left = targets.map((counts) => [...counts]);
  const parts = new Int32Array(classes.length);
  for (const example of order) {
    const part = left.findIndex((counts) => counts[classes[example]] > 0);
    left[part][classes[example]]--;
    parts[example] = part;
  }
  return parts;
}

interface GroupedInput {
  readonly ids: Int32Array;
  readonly examples: readonly number[];
  readonly groups: ArrayLike<string | number>;
  readonly fractions: readonly number[];
}

/** The part of every example, whole groups at a time. */
function divideGroups({ ids, examples, groups, fractions }: GroupedInput, random: Random): Int32Array {
  const grouped = groupExamples(ids, examples.length, groups);
  checkGroupCount(grouped.groupCount, fractions.length);
  const units = examples.map((_, classId) => grouped.groupsOf(classId).length);
  const targets = targetCounts({ examples, units }, fractions, random);
  targetEveryClass(targets, units);
  const partOfGroup = assignGroups(grouped, targets, random);
  const parts = new Int32Array(ids.length);
  for (const [group, part] of partOfGroup.entries())
    for (const example of grouped.members(group)) parts[example] = part;
  return parts;
}

function indicesOf(partOf: Int32Array, part: number): Int32Array {
  return Int32Array.from([...partOf.keys()].filter((example) => partOf[example] === part));
}

/** The number of examples, from the options that determine it. */
export function exampleCount(
  where: string,
  { labels, groups, length }: Pick<SplitOptions, 'labels' | 'groups' | 'length'>,
): number {
  const lengths = [labels?.length, groups?.length, length].filter((value) => value !== undefined);
  if (lengths.length === 0)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `${where}: expected labels, groups or length, got none of these; pass one`,
    );
  if (new Set(lengths).size > 1) {
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `${where}: expected labels, groups and length to agree, got ${lengths.join(', ')}`,
    );
  }
  if (!Number.isSafeInteger(lengths[0]) || lengths[0] < 0) {
    throw new AttuneError('ARGUMENT_INVALID', `${where}: expected a length that is an integer ≥ 0, got ${lengths[0]}`);
  }
  return lengths[0];
}

function checkGroupCount(groupCount: number, partCount: number): void {
  if (groupCount >= partCount) return;
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected at least ${partCount} groups, one per part, got ${groupCount} (examples that stay together, such as equal texts, count as one); add examples, group by a finer column, or name an evaluation file`,
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

/** Columns of equal length, by name. */
export type Columns<Own> = { readonly [Name in keyof Own]: readonly unknown[] };

/**
 * The rows of a part in every column, by the indices from `split` or `kFolds`.
 *
 * @throws RangeError for columns of different lengths, and for an index outside them.
 * @example
 * const [training, test] = split({ labels, fractions: [0.8, 0.2], seed: 42 }).parts;
 * takeRows({ texts, labels }, training); // { texts, labels }
 */
export function takeRows<Own extends Columns<Own>>(columns: Own, rows: ArrayLike<number>): Own {
  const all = Object.entries<readonly unknown[]>(columns);
  checkColumns(all, rows);
  const taken = all.map(([name, values]) => [name, Array.from(rows, (row) => values[row])]);
  return Object.fromEntries(taken) as Own;
}

function checkColumns(columns: readonly (readonly [string, readonly unknown[]])[], rows: ArrayLike<number>): void {
  if (columns.length === 0) return;
  const [first, { length }] = columns[0];
  for (const [name, values] of columns)
    if (values.length !== length)
      throw new RangeError(
        `takeRows: expected ${length} values in ${name}, as in ${first}, got ${values.length}; pass columns of the same rows`,
      );
  const outside = Array.from(rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < length));
  if (outside !== undefined)
    throw new RangeError(
      `takeRows: expected indices from 0 to ${length - 1}, got ${outside}; pass a part of these rows`,
    );
}

interface SplitLabels {
  /** Class of every example. */
  readonly ids: Int32Array;
  /** Label of every class. */
  readonly names: readonly (string | number)[];
  /** Examples of every class. */
  readonly examples: readonly number[];
}

/** Notes about labels that are not in every part. */
function splitWarnings(
  parts: readonly Int32Array[],
  labels: SplitLabels,
  partNames: readonly string[] = parts.map((_, i) => partName(i, parts.length)),
): string[] {
  const classes = labels.names.map((_, classId) => classId);
  const single = classes.filter((classId) => labels.examples[classId] === 1);
  const warnings = parts.map((part, i) => {
    const present = new Set(Array.from(part, (example) => labels.ids[example]));
    const absent = classes.filter((classId) => !present.has(classId) && labels.examples[classId] > 1);
    return sentence(absent, labels, `no example in the ${partNames[i]} part`);
  });
  return [sentence(single, labels, 'only one example, kept in training'), ...warnings].filter(
    (text) => text !== undefined,
  );
}

function sentence(classes: readonly number[], { names }: SplitLabels, fact: string): string | undefined {
  if (classes.length === 0) return undefined;
  const shown = classes.map((classId) => JSON.stringify(names[classId]));
  const subject = classes.length === 1 ? '1 label has' : `${classes.length} labels have`;
  return `split: ${subject} ${fact}: ${firstOf(shown)}`;
}

function partName(part: number, count: number): string {
  if (part === 0) return 'training';
  if (part === count - 1) return 'test';
  return count === 3 ? 'validation' : `${part + 1}th`;
}
