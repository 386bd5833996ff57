// Cross-validation: k folds, each held out once.
import { AttuneError, checkOptions, firstOf, isAttuneError, type TableOf } from '@attune/internal';
import { type Random, seededRandom, shuffle } from '../random';
import { assignGroups, type GroupedExamples, groupExamples } from './assign-groups';
import { denseIds } from './groups';
import { checkClasses, exampleCount, split } from './split';

/** Options of `kFolds`. */
export interface KFoldsOptions {
  /** Number of folds, an integer ≥ 2. */
  readonly folds: number;
  /** Random seed, an integer in [0, 2⁵³): the same seed and data give the same folds on every machine. */
  readonly seed: number;
  /** Class of each example, for stratification; default none. */
  readonly labels?: ArrayLike<string | number>;
  /** Group of each example; groups are not divided. Default none. */
  readonly groups?: ArrayLike<string | number>;
  /** Number of examples; default the length of labels or groups, required without them. */
  readonly length?: number;
  /** Share, in (0, 1), of each fold's training examples that is used for validation; default none. */
  readonly validation?: number;
}

/** One fold: its training examples and its held-out examples. */
export interface Fold {
  /** Ascending indices of the examples in other folds, without those of `validation`. */
  readonly training: Int32Array;
  /** With the option `validation`: the validation examples, divided as by `split`. */
  readonly validation?: Int32Array;
  /** Ascending indices of the held-out examples; each example is held out once. */
  readonly heldOut: Int32Array;
}

/** The result of `kFolds`. */
export interface KFolds {
  /** The folds; every example is held out in one of them. */
  readonly folds: Fold[];
  /** Notes for the user about labels that could not be divided. */
  readonly warnings: string[];
}

/**
 * Divides examples into k folds: at random, stratified by label, or with groups kept together.
 *
 * Folds differ by at most one example, and by at most one example of each label: the counts are those of scikit-learn's
 * StratifiedKFold. With `groups` they are as close to that as whole groups allow.
 * @throws RangeError for an invalid seed or `validation`, AttuneError `ARGUMENT_INVALID` for an invalid number of folds or length, `DATA_SPLIT` if there are fewer examples
 * or groups than folds, or too few to divide `validation` from them.
 * @example
 * const { folds } = kFolds({ labels, groups: equalTextGroups(texts), folds: 5, seed: 42 });
 * for (const { training, heldOut } of folds) console.log(training.length, heldOut.length);
 */
export function kFolds(options: KFoldsOptions): KFolds {
  checkOptions('kFolds', options, foldsTable);
  checkClasses('kFolds', options);
  const { folds: count, groups, labels } = options;
  const examples = exampleCount('kFolds', options);
  checkFolds(count, examples, 'examples');
  checkValidation(options.validation);
  const random = seededRandom(options.seed);
  const { ids, distinct } = denseIds(labels ?? new Uint8Array(examples));
  const dealt = dealExamples(ids, count, random);
  const foldOf = groups === undefined ? dealt : divideGroups({ ids, dealt, groups, count }, random);
  const folds = Array.from({ length: count }, (_, fold) => ({
    training: indicesWhere(foldOf, (of) => of !== fold),
    heldOut: indicesWhere(foldOf, (of) => of === fold),
  }));
  const warnings = labels === undefined ? [] : foldWarnings(folds, ids, distinct);
  return { folds: folds.map((fold, i) => setAside(fold, { ...options, name: `fold ${i + 1}` })), warnings };
}

const foldsTable = {
  folds: 'number!',
  seed: 'number!',
  labels: 'list',
  groups: 'list',
  length: 'number',
  validation: 'number',
} satisfies TableOf<KFoldsOptions>;

/** Throws RangeError unless the share is in (0, 1), or absent. */
function checkValidation(validation: number | undefined): void {
  if (validation === undefined || (validation > 0 && validation < 1)) return;
  throw new RangeError(
    `kFolds: validation expected a number above 0 and below 1, got ${validation}; pass a share such as 0.1, or remove it`,
  );
}

/** The fold with part of its training examples moved to validation, with the same labels and groups. */
function setAside(fold: Fold, { name, validation, labels, groups, seed }: KFoldsOptions & { name: string }): Fold {
  if (validation === undefined) return fold;
  const { training } = fold;
  const ofTraining = <Value>(values: ArrayLike<Value> | undefined) => values && Array.from(training, (i) => values[i]);
  const { parts } = orNamed(`kFolds: validation of ${name}`, () =>
    split({
      ...{ labels: ofTraining(labels), groups: ofTraining(groups), length: training.length, seed },
      fractions: [1 - validation, validation],
    }),
  );
  const [rest, aside] = parts.map((rows) => rows.map((row) => training[row]));
  return { ...fold, training: rest, validation: aside };
}

/** What `divide` returns; a DATA_SPLIT error of `split` gets another beginning, because the caller has called another function. */
function orNamed<Result>(where: string, divide: () => Result): Result {
  try {
    return divide();
  } catch (cause) {
    if (!isAttuneError(cause, 'DATA_SPLIT')) throw cause;
    throw new AttuneError('DATA_SPLIT', cause.message.replace(/^split:/, `${where}:`), { cause });
  }
}

/** The fold of every example: class by class, each in random order, dealt in turn. */
function dealExamples(classes: Int32Array, count: number, random: Random): Int32Array {
  const order = shuffle(
    Int32Array.from(classes, (_, example) => example),
    random,
  ).sort((a, b) => classes[a] - classes[b]); // stable: a class's own order stays random
  const names = shuffle(
    Int32Array.from({ length: count }, (_, fold) => fold),
    random,
  );
  const foldOf = new Int32Array(classes.length);
  for (const [place, example] of order.entries()) foldOf[example] = names[place % count];
  return foldOf;
}

interface GroupedInput {
  readonly ids: Int32Array;
  /** The fold of every example if there were no groups. */
  readonly dealt: Int32Array;
  readonly groups: ArrayLike<string | number>;
  readonly count: number;
}

/** The fold of every example, whole groups at a time. */
function divideGroups({ ids, dealt, groups, count }: GroupedInput, random: Random): Int32Array {
  const classes = ids.reduce((most, id) => Math.max(most, id + 1), 0);
  const grouped = groupExamples(ids, classes, groups);
  checkFolds(count, grouped.groupCount, 'groups');
  const targets = countsOf(ids, dealt, { parts: count, classes });
  const foldOfGroup = assignGroups(grouped, targets, random);
  fillEmpty(foldOfGroup, count, grouped);
  const foldOf = new Int32Array(ids.length);
  for (const [group, fold] of foldOfGroup.entries())
    for (const example of grouped.members(group)) foldOf[example] = fold;
  return foldOf;
}

/** Gives each fold without a group the smallest one of the fold with the most groups. */
function fillEmpty(foldOfGroup: Int32Array, count: number, { members }: GroupedExamples): void {
  const groupsIn = (fold: number) => [...foldOfGroup.keys()].filter((group) => foldOfGroup[group] === fold);
  for (let fold = 0; fold < count; fold++) {
    if (foldOfGroup.includes(fold)) continue;
    const fullest = Array.from({ length: count }, (_, other) => groupsIn(other)).sort((a, b) => b.length - a.length)[0];
    const [smallest] = fullest.sort((a, b) => members(a).length - members(b).length);
    foldOfGroup[smallest] = fold;
  }
}

/** Examples of each class in each part, as `counts[part][class]`. */
function countsOf(
  ids: Int32Array,
  partOf: Int32Array,
  { parts, classes }: { parts: number; classes: number },
): number[][] {
  const counts = Array.from({ length: parts }, () => new Array<number>(classes).fill(0));
  for (const [example, id] of ids.entries()) counts[partOf[example]][id]++;
  return counts;
}

function indicesWhere(foldOf: Int32Array, holds: (fold: number) => boolean): Int32Array {
  return Int32Array.from([...foldOf.keys()].filter((example) => holds(foldOf[example])));
}

/** Notes about labels whose examples are all in one fold. */
function foldWarnings(folds: readonly Fold[], ids: Int32Array, names: readonly (string | number)[]): string[] {
  return folds.flatMap(({ training }, i) => {
    const present = new Set(Array.from(training, (example) => ids[example]));
    const absent = names.filter((_, id) => !present.has(id)).map((name) => JSON.stringify(name));
    if (absent.length === 0) return [];
    const subject = absent.length === 1 ? '1 label has' : `${absent.length} labels have`;
    return [
      `kFolds: ${subject} examples only in fold ${i + 1}, and none to train on while it is held out: ${firstOf(absent)}`,
    ];
  });
}

function checkFolds(count: number, available: number, what: 'examples' | 'groups'): void {
  if (!Number.isSafeInteger(count) || count < 2)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `kFolds: expected a number of folds that is an integer ≥ 2, got ${count}`,
    );
  if (available >= count) return;
  const advice = what === 'groups' ? 'group by a finer column or ask for fewer folds' : 'ask for fewer folds';
  throw new AttuneError(
    'DATA_SPLIT',
    `kFolds: expected at least ${count} ${what}, one per fold, got ${available}; ${advice}`,
  );
}
