import { checkWeights } from '../_checks';
import { mean } from '../_columns';

/**
 * exp of the mean loss a token: exp(Σ nᵢ lossᵢ / Σ nᵢ); 1 is perfect, the size of the vocabulary is a blind guess.
 *
 * `losses` are mean losses in nats, of single tokens or of batches with `tokenCounts` tokens each: without the counts a batch of
 * three tokens would weigh as much as one of three hundred. Infinite losses give Infinity; throws RangeError for no losses, NaN,
 * counts of another number, negative ones or none above 0.
 * @example perplexity([Math.log(2), Math.log(8)], [3, 1]) // 2.8284271247461903
 */
export function perplexity(losses: ArrayLike<number>, tokenCounts?: ArrayLike<number>): number {
  if (losses.length === 0) throw new RangeError('perplexity: expected at least one loss, got none');
  for (let i = 0; i < losses.length; i++) {
    if (!(losses[i] > Number.NEGATIVE_INFINITY))
      throw new RangeError(`perplexity: expected losses that are numbers, got ${losses[i]} in losses[${i}]`);
  }
  if (tokenCounts === undefined) return Math.exp(mean(losses));
  checkWeights('perplexity', tokenCounts, losses.length);
  // A batch without tokens has no loss, whatever is written there.
  const counted = Array.from({ length: losses.length }, (_, i) => i).filter((i) => tokenCounts[i] > 0);
  return Math.exp(
    mean(
      counted.map((i) => losses[i]),
      counted.map((i) => tokenCounts[i]),
    ),
  );
}
