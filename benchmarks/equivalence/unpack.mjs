import { ignoredLabel } from '@attune/models';

/**
 * The examples of a packed batch, as another library takes them: what the engine was given, taken apart again.
 *
 * @param batch a `TaskBatch`
 * @returns for each example `{ ids, labels }`, the labels a class id, or one for each token
 */
export function unpack({ tensors, examples, weight }, task) {
  const { inputIds, sequenceIds, labels } = tensors;
  const own = Array.from(examples, () => ({ ids: [], places: [] }));
  sequenceIds.data.forEach((sequence, place) => {
    if (sequence < 0) return;
    own[sequence].ids.push(inputIds.data[place]);
    own[sequence].places.push(place);
  });
  if (task === 'sequence-classification') return own.map(({ ids }, i) => ({ ids, labels: labels.data[i] }));
  const labelAt = new Map(Array.from(tensors.reads.data.subarray(0, weight), (place, i) => [place, labels.data[i]]));
  return own.map(({ ids, places }) => ({ ids, labels: places.map((place) => labelAt.get(place) ?? ignoredLabel) }));
}
