// Resamples of examples or groups, drawn with replacement, the same for the same seed on every machine.
import { checkInteger } from '../checks';
import type { Label } from '../labels';

/** Units that are drawn: single examples, or all examples of a group. */
interface Units {
  readonly count: number;
  /** The examples of the drawn units. */
  readonly examplesOf: (drawn: Uint32Array) => Uint32Array;
}

/** Single examples, or groups in the order of their first example. */
export function unitsOf(where: string, n: number, groups?: ArrayLike<Label>): Units {
  checkInteger(where, 'n', n, 1);
  if (groups === undefined) return { count: n, examplesOf: (drawn) => drawn };
  if (groups.length !== n)
    throw new RangeError(
      `${where}: expected ${n} groups, one per example, got ${groups.length}; pass the group of each example`,
    );
  const members = membersOf(groups);
  return {
    count: members.length,
    examplesOf: (drawn) => Uint32Array.from([...drawn].flatMap((unit) => members[unit])),
  };
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

/** Resamples of the units, drawn with replacement, `samples` times. */
export function* resamples(
  { count, examplesOf }: Units,
  { samples, seed }: { samples: number; seed: number },
): Generator<Uint32Array> {
  const below = seededIntegers(seed);
  for (let sample = 0; sample < samples; sample++) yield examplesOf(everyIndex(count).map(() => below(count)));
}

/** For each unit, all others. */
export function* leavingOneOut({ count, examplesOf }: Units): Generator<Uint32Array> {
  for (let left = 0; left < count; left++) yield examplesOf(everyIndex(count - 1).map((i) => (i < left ? i : i + 1)));
}

/** 0 … n − 1. */
export function everyIndex(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}

/**
 * Integers below a bound, the same for the same seed on every machine: sfc32 (Doty-Humphrey, PractRand), without modulo bias.
 *
 * `seed` is an integer from 0 to 2⁵³ − 1.
 */
export function seededIntegers(seed: number): (bound: number) => number {
  const next = sfc32(seed >>> 0, Math.floor(seed / 2 ** 32));
  return (bound) => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = next();
    while (value >= limit) value = next();
    return value % bound;
  };
}

function sfc32(low: number, high: number): () => number {
  const s = Uint32Array.of(0, low, high, 1); // a, b, c, counter
  const next = () => {
    const result = (s[0] + s[1] + s[3]++) >>> 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + result;
    return result;
  };
  for (let i = 0; i < 16; i++) next(); // nearby seeds diverge
  return next;
}
