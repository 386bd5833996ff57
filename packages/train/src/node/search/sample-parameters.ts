import { fold, keyOf, uniform } from '@attune/engine';
import type { ParameterRange, ParameterValue, SearchSpace, TrialParameters } from './search-space';

/**
 * The parameters of a trial, counted from 1.
 *
 * They depend on the seed, the trial and a parameter's name only: not on how many trials there are, nor on the other parameters.
 * @example sampleParameters({ learningRate: { min: 1e-5, max: 1e-3, scale: 'log' } }, { seed: 1, trial: 1 })
 */
export function sampleParameters(
  space: SearchSpace,
  { seed, trial }: { seed: number; trial: number },
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
  const rounded = integer ? Math.floor(value) : Number(value.toPrecision(6)); // what is worth writing down
  return Math.min(max, Math.max(min, rounded));
}

const isList = (parameter: ParameterRange | readonly ParameterValue[]): parameter is readonly ParameterValue[] =>
  Array.isArray(parameter);
