import { ignoredLabel } from '@attune/models';

/**
 * BERT's masking: 15 % of the tokens are to be predicted, 80 % of these masked, 10 % replaced by any token, 10 % left.
 *
 * [CLS] and [SEP], the first and the last, stay.
 *
 * @returns the ids, and the labels: the token that was there, or −100
 */
export function maskTokens(ids, { random, maskId, vocabSize }) {
  const chance = () => random.uint32() / 2 ** 32;
  const masked = [...ids];
  const labels = new Array(ids.length).fill(ignoredLabel);
  for (let i = 1; i < ids.length - 1; i++) {
    if (chance() >= 0.15) continue;
    labels[i] = ids[i];
    const fate = chance();
    if (fate < 0.8) masked[i] = maskId;
    else if (fate < 0.9) masked[i] = random.below(vocabSize);
  }
  return { ids: masked, labels };
}
