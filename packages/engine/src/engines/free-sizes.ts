import type { Program } from '../program';

/** Free sizes of an exported program, by name. */
export type Sizes<Size extends string> = Readonly<Record<Size, number>>;

/**
 * Primes to record a program at: far from any size a model has, and each unlike the products of the others, so that a
 * number says which dimension it is. Recording computes nothing, so a large one costs nothing.
 */
const probes: readonly (readonly number[])[] = [
  [50_021, 50_023],
  [60_013, 60_017],
];

/**
 * Writes a program for any sizes of its dimensions.
 *
 * A recorded program has fixed shapes. So it is recorded at two sets of sizes, each time the numbers that are sizes (or
 * products of two) are written as computed from the inputs' shapes, and the two files must be the same byte for byte: a
 * size that was left as a number, wherever it is, makes them differ.
 *
 * @throws RangeError where they do
 */
export function writeForAnySize<Size extends string, File extends { readonly structure: Uint8Array }>(
  inputs: Readonly<Record<string, readonly Size[]>>,
  writeAt: (sizes: Sizes<Size>) => File,
): File {
  const names = [...new Set(Object.values<readonly Size[]>(inputs).flat())];
  if (names.length > probes[0].length)
    throw new RangeError(`export: expected at most ${probes[0].length} free sizes, got ${names.join(', ')}`);
  const [first, second] = probes.map((probe) =>
    writeAt(Object.fromEntries(names.map((name, i) => [name, probe[i]])) as Sizes<Size>),
  );
  if (!isSame(first.structure, second.structure))
    throw new RangeError(
      `export: expected a program that is the same for any ${names.join(' and ')}, got one with a size as a constant; derive it from the shapes of its inputs`,
    );
  return first;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** What the numbers that stand for free dimensions are called: each size, and the product of two. */
export function freeSizes<Size extends string>(sizes: Sizes<Size>): ReadonlyMap<number, string> {
  const names = Object.keys(sizes) as Size[];
  const free = new Map<number, string>(names.map((name) => [sizes[name], name]));
  if (names.length === 2) free.set(sizes[names[0]] * sizes[names[1]], `${names[0]}*${names[1]}`);
  return free;
}

/** The shape of an output, its free dimensions by name. */
export const shapeOf = (program: Program, output: string, free: ReadonlyMap<number, string>): (number | string)[] =>
  program.values[program.outputs[output]].shape.map((size) => free.get(size) ?? size);
