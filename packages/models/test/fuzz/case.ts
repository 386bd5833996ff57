import { byteMutations } from './byte-mutations';
import { gentleMutations } from './gentle-mutations';
import { harshMutations } from './harsh-mutations';
import { type Layout, toFile } from './layout';
import type { Random } from './random';

/** One checkpoint, changed, and what loading it has to come to. */
export interface Case {
  /** What was done to it, in order. */
  readonly mutations: readonly string[];
  /** Its files, by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Loads it; says what is wrong with what came, or nothing. */
  readonly load: (directory: string) => Promise<string | undefined>;
  /** What a refusal has to be; any of a checkpoint's codes where none is given. */
  readonly refusal?: RegExp;
}

export type MakeCase = (random: Random) => Case;

/** A file after none to three changes to its header and none to two to its bytes; at least one in all. */
export function mutatedFile(layout: Layout, random: Random): { mutations: string[]; file: Uint8Array } {
  const ofHeader = several(random.pick([0, 1, 1, 1, 2, 3]), () =>
    random.pick(Object.entries(random.below(3) > 0 ? gentleMutations : harshMutations)),
  );
  for (const [, mutate] of ofHeader) mutate(layout, random);
  let file = toFile(layout);
  const ofBytes = several(ofHeader.length > 0 ? random.pick([0, 0, 0, 1]) : random.pick([1, 1, 2]), () =>
    random.pick(Object.entries(byteMutations)),
  );
  for (const [, mutate] of ofBytes) file = mutate(file, random);
  return { mutations: [...ofHeader, ...ofBytes].map(([name]) => name), file };
}

const several = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** Whether two arrays hold the same numbers, NaN being one of them. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}

/** Whether two lists have the same members, in whatever order. */
export const sameNames = (a: readonly string[], b: readonly string[]) =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
