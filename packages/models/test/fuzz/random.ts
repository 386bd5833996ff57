/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** An integer in [0, n). */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The numbers of case `index` under `seed`, whatever cases ran before it: mulberry32. */
export function randomOf(seed: number, index: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  return { below, pick: (list) => list[below(list.length)] };
}

/** `count` bytes of any value. */
export function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}
