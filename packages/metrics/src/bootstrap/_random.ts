/**
 * Whole numbers below a bound, the same for the same seed on every machine: sfc32 (Doty-Humphrey, PractRand), without modulo bias.
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
  for (let i = 0; i < 16; i++) next(); // near seeds part ways
  return next;
}
