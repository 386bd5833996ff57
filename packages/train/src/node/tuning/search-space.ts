import { fold, keyOf, uniform } from '@attune/engine';
import { AttuneError, didYouMean } from '@attune/internal';

/** Numbers from `min` to `max`, both included. */
export interface ParameterRange {
  /** Least value. */
  readonly min: number;
  /** Greatest value. */
  readonly max: number;
  /** `log`: each order of magnitude is as likely as the next; needs `min` > 0. Default `linear`. */
  readonly scale?: 'linear' | 'log';
  /** Whether only whole numbers are tried; default false. */
  readonly integer?: boolean;
}

export type ParameterValue = string | number | boolean;

/** The values of a search: for each parameter a range or a list. */
export type SearchSpace = Readonly<Record<string, ParameterRange | readonly ParameterValue[]>>;

/** One value per parameter. */
export type TrialParameters = Readonly<Record<string, ParameterValue>>;

const rangeKeys = ['min', 'max', 'scale', 'integer'];

/** The place of a parameter in messages, such as a line of a file. */
type Where = (parameter: string) => string;

/**
 * A search space, checked.
 *
 * @throws AttuneError SEARCH_SPACE naming the parameter, for an empty or malformed one
 * @example parseSearchSpace({ learningRate: { min: 1e-5, max: 1e-3, scale: 'log' }, perDeviceTrainBatchSize: [16, 32] })
 */
export function parseSearchSpace(space: Readonly<Record<string, unknown>>, where: Where = (name) => name): SearchSpace {
  const names = Object.keys(space);
  if (names.length === 0) throw invalid('space', 'expected at least one parameter, got none; add one');
  return Object.fromEntries(names.map((name) => [name, parameterOf(space[name], where(name))]));
}

function parameterOf(value: unknown, place: string): ParameterRange | readonly ParameterValue[] {
  if (Array.isArray(value)) return listOf(value, place);
  if (typeof value === 'object' && value !== null) return rangeOf(value as Partial<ParameterRange>, place);
  throw invalid(place, `expected a list of values, or {"min": …, "max": …}, got ${JSON.stringify(value)}`);
}

function listOf(values: readonly unknown[], place: string): readonly ParameterValue[] {
  if (values.length === 0)
    throw invalid(place, 'expected at least one value, got an empty list; add one, or remove it');
  const wrong = values.find((value) => !['string', 'number', 'boolean'].includes(typeof value));
  if (wrong !== undefined)
    throw invalid(place, `expected numbers, words, true or false, got ${JSON.stringify(wrong)} among them`);
  return values as readonly ParameterValue[];
}

function rangeOf(range: Partial<ParameterRange>, place: string): ParameterRange {
  const unknown = Object.keys(range).find((key) => !rangeKeys.includes(key));
  if (unknown !== undefined)
    throw invalid(
      place,
      `expected ${rangeKeys.join(', ')}, got ${JSON.stringify(unknown)}${didYouMean(unknown, rangeKeys)}`,
    );
  const { min, max, scale = 'linear', integer = false } = range;
  if (!Number.isFinite(min) || !Number.isFinite(max))
    throw invalid(place, `expected numbers as min and max, got ${JSON.stringify({ min, max })}`);
  const [low, high] = [min as number, max as number];
  if (low > high) throw invalid(place, `expected min ≤ max, got the empty range ${low} to ${high}; exchange them`);
  if (scale !== 'linear' && scale !== 'log')
    throw invalid(place, `expected scale linear or log, got ${JSON.stringify(scale)}`);
  if (scale === 'log' && low <= 0)
    throw invalid(place, `expected min > 0 with scale log, got ${low}; raise it, or remove the scale`);
  if (typeof integer !== 'boolean')
    throw invalid(place, `expected integer true or false, got ${JSON.stringify(integer)}`);
  if (integer && !(Number.isInteger(low) && Number.isInteger(high)))
    throw invalid(place, `expected integers as min and max, got ${low} and ${high}; round them, or remove "integer"`);
  return { min: low, max: high, scale, integer };
}

function invalid(place: string, problem: string): AttuneError {
  return new AttuneError('SEARCH_SPACE', `${place}: ${problem}`);
}

/**
 * The parameters of a trial, counted from 1.
 *
 * They depend only on the seed, the trial and the name of the parameter, not on the number of trials or the other parameters.
 * @example sampleParameters({ learningRate: { min: 1e-5, max: 1e-3, scale: 'log' } }, { seed: 1, trial: 1 })
 */
export function sampleParameters(
  space: SearchSpace,
  {
    seed,
    trial,
  }: {
    /** Seed of the search. */
    seed: number;
    /** Number of the trial, from 1. */
    trial: number;
  },
): TrialParameters {
  const key = keyOf(seed, trial);
  return Object.fromEntries(
    Object.entries(space).map(([name, parameter]) => [name, valueAt(parameter, uniform(keyOfName(key, name)))]),
  );
}

function keyOfName(key: number, name: string): number {
  return [...name].reduce((folded, letter) => fold(folded, letter.codePointAt(0) ?? 0), key);
}

/** The value at a share, in [0, 1), of a parameter's values. */
function valueAt(parameter: ParameterRange | readonly ParameterValue[], share: number): ParameterValue {
  if (isList(parameter)) return parameter[Math.floor(share * parameter.length)];
  const { min, max, scale, integer } = parameter;
  // The last of the integers is as wide as the others.
  const end = integer ? max + 1 : max;
  const value = scale === 'log' ? min * (end / min) ** share : min + (end - min) * share;
  const rounded = integer ? Math.floor(value) : Number(value.toPrecision(6)); // six significant digits
  return Math.min(max, Math.max(min, rounded));
}

const isList = (parameter: ParameterRange | readonly ParameterValue[]): parameter is readonly ParameterValue[] =>
  Array.isArray(parameter);
