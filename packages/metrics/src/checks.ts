// Checks of arguments of public functions; each throws a RangeError that names function, place and value. Options are checked by `checkOptions`.
import { oneOf, type Words } from '@attune/internal';
import type { Rows } from './arrays';

/**
 * Throws RangeError unless truth and prediction are non-empty arrays of equal length (TypeError if they are not arrays); `where` names the
 * public function, `predicted` the argument with the predictions.
 */
export function checkPaired(
  where: string,
  yTrue: ArrayLike<unknown>,
  yPred: ArrayLike<unknown>,
  predicted = 'yPred',
): void {
  for (const [name, values] of Object.entries({ yTrue, [predicted]: yPred }))
    if (typeof values !== 'object' || typeof values?.length !== 'number')
      throw new TypeError(`${where}: ${name} expected an array, got ${described(values)}`);
  if (yTrue.length !== yPred.length) {
    throw new RangeError(
      `${where}: expected yTrue and ${predicted} of equal length, got ${yTrue.length} and ${yPred.length}; pass one prediction per example`,
    );
  }
  if (yTrue.length === 0) {
    throw new RangeError(`${where}: expected at least one example, got none; check earlier filters`);
  }
}

/** A value that is not an array, for messages. */
function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof (value as { then?: unknown } | null | undefined)?.then === 'function') return 'a promise; await it';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Throws RangeError at the first value that is NaN or infinite. */
export function checkFinite(where: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(
        `${where}: expected finite numbers, got ${values[i]} in ${name}[${i}]; remove or correct it first`,
      );
    }
  }
}

/** Throws RangeError unless every value is 0 or 1. */
export function checkBinary(where: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new RangeError(
        `${where}: expected 0 or 1, got ${values[i]} in ${name}[${i}]; pass 1 for the positive class and 0 for the other`,
      );
    }
  }
}

/** Throws RangeError unless every value is in [0, 1]. */
export function checkProbabilities(where: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] >= 0 && values[i] <= 1)) {
      throw new RangeError(
        `${where}: expected probabilities from 0 to 1, got ${values[i]} in ${name}[${i}]; convert logits to probabilities first`,
      );
    }
  }
}

/** Throws RangeError unless there is one finite weight ≥ 0 per example, at least one of them positive. */
export function checkWeights(where: string, weights: ArrayLike<number> | undefined, examples: number): void {
  if (weights === undefined) return;
  if (weights.length !== examples) {
    throw new RangeError(
      `${where}: expected ${examples} weights, one per example, got ${weights.length}; pass a weight for every example`,
    );
  }
  let total = 0;
  for (let i = 0; i < examples; i++) {
    if (!(weights[i] >= 0 && weights[i] < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `${where}: expected finite weights of at least 0, got ${weights[i]} in weights[${i}]; pass 0 to ignore the example`,
      );
    }
    total += weights[i];
  }
  if (total === 0)
    throw new RangeError(`${where}: expected a weight above 0, got none; omit weights for equal weights`);
}

/** Throws RangeError unless every element is a row: a flat array has none. */
export function requireRows(where: string, all: Readonly<Record<string, ArrayLike<unknown>>>): void {
  for (const [name, rows] of Object.entries(all))
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (typeof row !== 'object' || row === null || !('length' in row))
        throw new RangeError(`${where}: expected a row in ${name}[${i}], got ${row}; pass an array per example`);
    }
}

/** The number of columns; throws RangeError unless rows are equally long, not empty, and their numbers finite. */
export function checkRows(where: string, name: string, rows: Rows): number {
  requireRows(where, { [name]: rows });
  const width = rows[0].length;
  if (width === 0) throw new RangeError(`${where}: expected at least one column, got rows of length 0 in ${name}`);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].length !== width) {
      throw new RangeError(
        `${where}: expected ${width} numbers in ${name}[${i}], as in ${name}[0], got ${rows[i].length}; pass one per class`,
      );
    }
    checkFinite(where, `${name}[${i}]`, rows[i]);
  }
  return width;
}

/** Throws RangeError unless every value is a class id, the index of a column. */
export function checkClassIds(where: string, yTrue: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < yTrue.length; i++) {
    if (!Number.isInteger(yTrue[i]) || yTrue[i] < 0 || yTrue[i] >= classes) {
      throw new RangeError(
        `${where}: expected a class id from 0 to ${classes - 1}, the index of its column, got ${yTrue[i]} in yTrue[${i}]; encode the labels`,
      );
    }
  }
}

/** Throws RangeError unless `value` is an integer of at least `least`. */
export function checkInteger(where: string, name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${where}: ${name} expected an integer ≥ ${least}, got ${value}`);
  }
}

/** The number of columns; throws RangeError unless every number is in [0, 1]. */
export function checkProbabilityRows(where: string, rows: Rows): number {
  const width = checkRows(where, 'probabilities', rows);
  for (let i = 0; i < rows.length; i++) checkProbabilities(where, `probabilities[${i}]`, rows[i]);
  return width;
}

/** Throws RangeError unless truth is rows of 0 and 1 and scores are finite rows of that shape. */
export function checkIndicatorScores(where: string, yTrue: Rows, scores: Rows): number {
  checkPaired(where, yTrue, scores);
  const width = checkRows(where, 'yTrue', yTrue);
  for (let i = 0; i < yTrue.length; i++) checkBinary(where, `yTrue[${i}]`, yTrue[i]);
  const columns = checkRows(where, 'scores', scores);
  if (columns !== width)
    throw new RangeError(
      `${where}: expected ${width} scores per row, one per label, got ${columns}; pass a score for every label`,
    );
  return width;
}

/**
 * The kind of an option that is one of a few words, where a word of another library suggests the one that means the same.
 *
 * @example oneOfNamed(['one-vs-rest', 'one-vs-one'], { ovr: 'one-vs-rest', ovo: 'one-vs-one' })
 */
export function oneOfNamed<const Word extends string>(
  words: readonly Word[],
  elsewhere: Readonly<Record<string, Word>>,
): Words<Word> {
  const kind = oneOf(words);
  return {
    ...kind,
    advice(value) {
      const written = typeof value === 'string' ? lettersOf(value) : '';
      const meant = Object.hasOwn(elsewhere, written)
        ? elsewhere[written]
        : words.find((word) => lettersOf(word) === written);
      return meant === undefined ? kind.advice?.(value) : `did you mean ${JSON.stringify(meant)}?`;
    },
  };
}

/** A word in lowercase letters only: `onevsone` for `one_vs_one` and `One vs one`. */
const lettersOf = (word: string) => word.toLowerCase().replace(/[^a-z]/g, '');
