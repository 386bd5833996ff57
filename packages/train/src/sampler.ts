import { keyOf, uniform } from '@attune/engine';

/** The order of examples in one epoch: a permutation of 0 … count−1 that depends on (seed, epoch) alone. */
export function shuffledOrder(count: number, { seed, epoch }: { seed: number; epoch: number }): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform(keyOf(seed, epoch, last)) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
