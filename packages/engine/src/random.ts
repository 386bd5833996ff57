/**
 * Counter-based random numbers: each depends only on its coordinates, so its bits are the same for any layout, engine or order of
 * evaluation.
 *
 * `mix` is Chris Wellons' lowbias32, an integer hash with near-ideal avalanche.
 */
export function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, firstFactor);
  h ^= h >>> 15;
  h = Math.imul(h, secondFactor);
  return h ^ (h >>> 16);
}

/** The two factors of `mix`. */
export const firstFactor = 0x7feb352d;
export const secondFactor = 0x846ca68b;

/** Factor of a coordinate. */
export const stride = 0x9e3779b9;

/**
 * Adds a coordinate to a key.
 *
 * @example
 * const ofStep = fold(keyOf(seed), step);
 */
export function fold(key: number, coordinate: number): number {
  return mix(key + Math.imul(coordinate + 1, stride));
}

/**
 * The key of a list of integer coordinates.
 *
 * @example
 * const key = keyOf(seed, epoch, index);
 */
export function keyOf(...coordinates: readonly number[]): number {
  return coordinates.reduce(fold, 0x2545f491);
}

/**
 * A uniform number in [0, 1), with 32 bits.
 *
 * @example
 * const index = Math.floor(uniform(keyOf(seed, i)) * count);
 */
export function uniform(key: number): number {
  return (key >>> 0) / 2 ** 32;
}

/**
 * A standard normal number, by the Box-Muller transform of two folds of `key`.
 *
 * @example
 * const noise = normal(keyOf(seed, i));
 */
export function normal(key: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(fold(key, 0))));
  return radius * Math.cos(2 * Math.PI * uniform(fold(key, 1)));
}
