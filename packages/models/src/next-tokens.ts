import { ignoredLabel } from './read-tokens';

/**
 * Labels of a causal language model: at each token the next one's label, −100 at the last.
 *
 * @param labels each token's own label, as transformers takes them: its id, or −100 for one that is not to be learnt
 * @example
 * nextTokens([1, 403, 407]); // Int32Array [ 403, 407, -100 ]
 * const batch = readLabels(packed, sequences.map(({ ids }) => nextTokens(ids)));
 */
export function nextTokens(labels: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: labels.length }, (_, i) => (i + 1 < labels.length ? labels[i + 1] : ignoredLabel));
}
