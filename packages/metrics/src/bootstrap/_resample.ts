import { checkInteger } from '../_checks';
import type { Label } from '../labels';
import { seededIntegers } from './_random';

/** A number computed from some examples, named by their places 0 … n − 1, which may repeat. */
export type Statistic = (indices: Uint32Array) => number;

export interface BootstrapOptions {
  /** How many times examples are drawn; 2000 unless given. */
  readonly samples?: number;
  /** The share of intervals that hold the true value, in (0, 1); 0.95 unless given. */
  readonly confidence?: number;
  /** An integer from 0 to 2⁵³ − 1; 0 unless given. The same seed gives the same interval. */
  readonly seed?: number;
  /**
   * `bca`, unless given: bias-corrected and accelerated (Efron 1987), for which the statistic is also computed once without each
   * example or group (n more times); `percentile`: the resampled values' own quantiles.
   */
  readonly method?: 'bca' | 'percentile';
  /**
   * What each example belongs to, such as its author or document: whole groups are drawn, because examples of one group
   * resemble each other and are worth less than as many from different ones.
   */
  readonly groups?: ArrayLike<Label>;
}

/** What is drawn as one: single examples, or all of a group. */
export interface Units {
  readonly count: number;
  /** The examples of the units drawn. */
  readonly examplesOf: (drawn: Uint32Array) => Uint32Array;
}

/** Single examples, or groups in the order of their first. */
export function unitsOf(where: string, n: number, groups?: ArrayLike<Label>): Units {
  checkInteger(where, 'n', n, 1);
  if (groups === undefined) return { count: n, examplesOf: (drawn) => drawn };
  if (groups.length !== n)
    throw new RangeError(
      `${where}: expected ${n} groups, one an example, got ${groups.length}; name each example's group`,
    );
  const members = membersOf(groups);
  return {
    count: members.length,
    examplesOf: (drawn) => Uint32Array.from([...drawn].flatMap((unit) => members[unit])),
  };
}

/** As many units as there are, drawn with replacement, `samples` times. */
export function* resamples(
  { count, examplesOf }: Units,
  { samples, seed }: { samples: number; seed: number },
): Generator<Uint32Array> {
  const below = seededIntegers(seed);
  for (let sample = 0; sample < samples; sample++) yield examplesOf(everyIndex(count).map(() => below(count)));
}

/** All units but one, for each. */
export function* leavingOneOut({ count, examplesOf }: Units): Generator<Uint32Array> {
  for (let left = 0; left < count; left++) yield examplesOf(everyIndex(count - 1).map((i) => (i < left ? i : i + 1)));
}

/** Every example once, in order. */
export function everyIndex(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}

/** The options with their defaults; throws RangeError for what has no meaning. */
export function checkOptions(where: string, options: BootstrapOptions) {
  const { samples = 2000, confidence = 0.95, seed = 0, method = 'bca' } = options;
  checkInteger(where, 'samples', samples, 1);
  checkInteger(where, 'seed', seed, 0);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`${where}: confidence expected a number between 0 and 1, got ${confidence}`);
  return { samples, confidence, seed, method };
}

function membersOf(groups: ArrayLike<Label>): number[][] {
  const members = new Map<Label, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const own = members.get(groups[i]);
    if (own === undefined) members.set(groups[i], [i]);
    else own.push(i);
  }
  return [...members.values()];
}
