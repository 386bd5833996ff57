import { compareCodePoints, type TableOf } from '@attune/internal';

/** Name of a class, a string or a number (an id); a call uses only one of the two types. */
export type Label = string | number;

/** Selection of the classes of a metric. */
export interface LabelOptions<L extends Label = Label> {
  /**
   * Classes of the metric, in the order of the result; default all labels in truth or prediction, sorted. Averages cover exactly
   * these: a listed class that never occurs lowers the macro average, and an example with an unlisted label still counts
   * against the listed classes.
   */
  readonly labels?: readonly L[];
}

/** Kinds of `LabelOptions`. */
export const labelTable = { labels: 'list' } satisfies TableOf<LabelOptions>;

/**
 * The labels that occur in truth or prediction, sorted: numbers by value, strings by code point. scikit-learn's `unique_labels`.
 *
 * @throws TypeError if strings and numbers are mixed, RangeError for NaN.
 * @example labelsOf(['b', 'a'], ['c', 'a']) // ['a', 'b', 'c']
 */
export function labelsOf<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): L[] {
  const labels = distinct(yTrue, yPred);
  checkKinds(labels);
  return labels.sort(compareLabels);
}

/** The labels that occur, in order of first occurrence. */
export function distinct<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): L[] {
  const seen = new Set<L>();
  for (let i = 0; i < yTrue.length; i++) seen.add(yTrue[i]);
  for (let i = 0; i < yPred.length; i++) seen.add(yPred[i]);
  return [...seen];
}

/** The classes of a metric: the checked option `labels`, or all that occur. */
export function resolveLabels<L extends Label>(
  where: string,
  pair: { yTrue: ArrayLike<L>; yPred: ArrayLike<L> },
  options: LabelOptions<L>,
): L[] {
  const occurring = labelsOf(pair.yTrue, pair.yPred);
  if (options.labels === undefined) return occurring;
  const labels = [...options.labels];
  checkKinds([...occurring, ...labels]);
  if (labels.length === 0) throw new RangeError(`${where}: expected at least one label, got none; omit labels for all`);
  const seen = new Set<L>();
  const repeated = labels.find((label) => seen.size === seen.add(label).size);
  if (repeated !== undefined) {
    throw new RangeError(`${where}: expected distinct labels, got ${JSON.stringify(repeated)} twice; remove one`);
  }
  return labels;
}

/** @throws TypeError if strings and numbers are mixed, or a label is neither; RangeError for NaN */
export function checkKinds(labels: readonly Label[]): void {
  const kinds = new Set(labels.map((label) => typeof label));
  if (![...kinds].every((kind) => kind === 'string' || kind === 'number') || kinds.size > 1) {
    throw new TypeError(
      `labels: expected all strings or all numbers, got ${[...kinds].join(' and ')}; convert ids to names, or names to ids, on both sides`,
    );
  }
  if (labels.some((label) => Number.isNaN(label))) {
    throw new RangeError('labels: expected numbers that are not NaN, got NaN; remove the examples without a label');
  }
}

function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareCodePoints(String(a), String(b));
}
