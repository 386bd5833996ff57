/** A stream of pseudo-random integers, the same for the same seed on every machine. */
export interface Random {
  /** The next integer in [0, 2³²). */
  uint32(): number;
  /** A uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number;
}

/**
 * Seeded pseudo-random integers: xoshiro128** (Blackman and Vigna 2018), its 128 bits of state drawn by SplitMix32.
 *
 * `seed` is an integer in [0, 2⁵³); throws RangeError otherwise.
 * @example seededRandom(42).below(6) // a die's face, from 0
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: expected an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  const mix = splitMix32(seed >>> 0);
  // The upper 21 bits of a large seed are mixed in, so that seeds 1 and 2^32 + 1 differ.
  const high = Math.floor(seed / 2 ** 32);
  return fromUint32(xoshiro128([mix() ^ high, mix(), mix(), mix()]));
}

/**
 * Shuffles an array in place (Fisher and Yates) and returns it.
 *
 * @example shuffle(['a', 'b', 'c'], seededRandom(42))
 */
export function shuffle<T extends Int32Array | unknown[]>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

/** The generator itself, from four 32-bit words that are not all zero. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  const s = Uint32Array.from(state);
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  };
}

function fromUint32(uint32: () => number): Random {
  const below = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % bound;
  };
  return { uint32, below };
}

function splitMix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
