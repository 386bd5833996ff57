import { type Random, seededRandom } from '../random';

/** The aspects of a posting that have random streams of their own, so that an option changes only its aspect. */
const purposes = ['content', 'noise', 'repeat', 'order'] as const;
export type Purpose = (typeof purposes)[number];

/** The random stream of one aspect of posting `index`: a function of seed, index and purpose only. */
export function stream(seed: number, index: number, purpose: Purpose): Random {
  const base = seededRandom(seed);
  const low = scramble(base.uint32() ^ scramble(index));
  const high = scramble(base.uint32() + purposes.indexOf(purpose) + scramble(low));
  return seededRandom((high & 0x1fffff) * 2 ** 32 + low);
}

/** One of the items, all equally likely. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)];
}

/** True with the given probability. */
export function chance(probability: number, random: Random): boolean {
  return random.uint32() < probability * 2 ** 32;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function scramble(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
