import { type Random, seededRandom } from '../random';

/** What of a posting a stream of random numbers decides. Apart, so that an option changes only what it is about. */
const purposes = ['content', 'noise', 'repeat', 'order'] as const;
export type Purpose = (typeof purposes)[number];

/** The random numbers for one purpose of posting `index`: a function of the seed, the index and the purpose alone. */
export function stream(seed: number, index: number, purpose: Purpose): Random {
  const base = seededRandom(seed);
  const low = scramble(base.uint32() ^ scramble(index));
  const high = scramble(base.uint32() + purposes.indexOf(purpose) + scramble(low));
  return seededRandom((high & 0x1fffff) * 2 ** 32 + low);
}

/** One of the items, each as likely. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)];
}

/** True with the given probability. */
export function chance(probability: number, random: Random): boolean {
  return random.uint32() < probability * 2 ** 32;
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function scramble(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
