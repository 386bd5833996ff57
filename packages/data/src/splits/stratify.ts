import { type Random, shuffle } from '../random';

/**
 * How many examples of every class each part gets, as `counts[part][class]`.
 *
 * The parts are drawn one after another from what the earlier ones left, each with the most likely counts of a random draw of its size;
 * ties between classes are broken at random. Equals scikit-learn's StratifiedShuffleSplit (`_approximate_mode`) for two parts.
 */
export function stratifiedCounts(classCounts: readonly number[], sizes: readonly number[], random: Random): number[][] {
  let remaining = [...classCounts];
  return sizes.map((size) => {
    const drawn = likeliestDraw(remaining, size, random);
    remaining = remaining.map((count, i) => count - drawn[i]);
    return drawn;
  });
}

/** Mode of the multivariate hypergeometric distribution: shares rounded down, the rest to the largest remainders. */
function likeliestDraw(counts: readonly number[], size: number, random: Random): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // Divided before multiplied, as the reference does: the order decides which remainders tie.
  const shares = counts.map((count) => (total === 0 ? 0 : (count / total) * size));
  const drawn = shares.map(Math.floor);
  const missing = size - drawn.reduce((sum, count) => sum + count, 0);
  const order = shuffle(
    counts.map((_, i) => i),
    random,
  ).sort((a, b) => shares[b] - drawn[b] - (shares[a] - drawn[a]));
  for (const i of order.slice(0, missing)) drawn[i]++;
  return drawn;
}
