import type { Program } from '../program';

/** Values of the dynamic sizes of an exported program, by name. */
export type Sizes<Size extends string> = Readonly<Record<Size, number>>;

/** Shape of an input; each dimension is a number or the name of a dynamic size. */
export type Shape<Size extends string> = readonly (Size | number)[];

/** Relations between dynamic sizes, and the dimensions that a program derives from them. */
export interface SizeRules<Size extends string> {
  /** Sizes that are sums of others, such as keys of earlier and new tokens; default none. */
  readonly sums?: Readonly<Partial<Record<Size, readonly Size[]>>>;
  /** Products of sizes and numbers that are dimensions; default the products of every two sizes. */
  readonly products?: readonly Shape<Size>[];
}

/**
 * Primes at which a program is recorded. They are far from any size of a model and differ from each other's products, so that a number
 * identifies its dimension. Recording computes nothing, so they may be large; only the number of elements of a tensor must be exact.
 */
const probes: readonly (readonly number[])[] = [
  [50_021, 50_023, 10_007],
  [60_013, 60_017, 20_011],
];

/**
 * Writes a program with dynamic sizes.
 *
 * A recorded program has fixed shapes. It is therefore recorded at two sets of sizes. Numbers that are sizes, or
 * products of sizes, are written as computed from the inputs' shapes, and the two files must be equal byte for byte: a size that
 * remains a constant makes them differ.
 *
 * @throws RangeError if they differ
 */
export function writeForAnySize<Size extends string, File extends { readonly structure: Uint8Array }>(
  inputs: Readonly<Record<string, Shape<Size>>>,
  writeAt: (sizes: Sizes<Size>) => File,
  { sums }: SizeRules<Size> = {},
): File {
  const all = Object.values<Shape<Size>>(inputs).flat();
  const names = [...new Set(all.filter((size) => typeof size === 'string'))];
  const summed = Object.entries(sums ?? {}) as [Size, readonly Size[]][];
  const free = names.filter((name) => !summed.some(([sum]) => sum === name));
  if (free.length > probes[0].length)
    throw new RangeError(`export: expected at most ${probes[0].length} dynamic sizes, got ${free.join(', ')}`);
  const [first, second] = probes.map((probe) => {
    const sizes: Record<string, number> = Object.fromEntries(free.map((name, i) => [name, probe[i]]));
    for (const [name, parts] of summed) sizes[name] = parts.reduce((sum, part) => sum + sizes[part], 0);
    return writeAt(sizes as Sizes<Size>);
  });
  if (!isSame(first.structure, second.structure))
    throw new RangeError(
      `export: expected a program without constants that depend on ${names.join(' and ')}, got one; derive sizes from the shapes of the inputs`,
    );
  return first;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Names of dynamic dimensions, by their number: the name of a size, or the factors of a product, `batch*sequence`. */
export function dynamicSizes<Size extends string>(
  sizes: Sizes<Size>,
  { products }: SizeRules<Size> = {},
): ReadonlyMap<number, string> {
  const names = Object.keys(sizes) as Size[];
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b]));
  const numberOf = (factor: Size | number) => (typeof factor === 'number' ? factor : sizes[factor]);
  const named = [...names.map((name) => [name]), ...(products ?? pairs)];
  return new Map(
    named.map((factors) => [factors.reduce<number>((all, own) => all * numberOf(own), 1), factors.join('*')]),
  );
}

/** The factors of a dimension, from its name: names of sizes, and numbers. */
export const factorsOf = (name: string): (string | number)[] =>
  name.split('*').map((factor) => (/^\d+$/.test(factor) ? Number(factor) : factor));

/** The shape of an output, with its dynamic dimensions by name. */
export const shapeOf = (program: Program, output: string, free: ReadonlyMap<number, string>): (number | string)[] =>
  program.values[program.outputs[output]].shape.map((size) => free.get(size) ?? size);
