import type { HostTensor } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { ignoredLabel, packSequences, type Sequence, selectLabeled } from '@attune/models';
import type { BatchOptions, TaskBatch } from '../../loop/task';
import { argMaxRows } from '../logits';

/** Divisor of the number of reads, since every number needs a compiled program. */
const leastMultiple = 32;

/**
 * A divisor for batches whose numbers of labeled tokens differ much: at most four numbers of reads from one power of
 * two to the next, of which at most a fifth is padding.
 */
export const coarseMultiple = (labeled: number): number =>
  Math.max(leastMultiple, 2 ** (Math.floor(Math.log2(Math.max(1, labeled))) - 2));

export interface TokenBatchOptions extends Omit<BatchOptions, 'rowLength'> {
  /** Tokens per row, or the lengths that a row may have. */
  readonly rowLength: number | readonly number[];
  /** The divisor of the number of reads, from the number of labeled tokens; default 32. */
  readonly readMultiple?: (labeled: number) => number;
}

/** The examples of one batch: a label for each token of each sequence, −100 for none. */
export interface LabeledSequences {
  readonly sequences: readonly Sequence[];
  readonly labels: readonly Int32Array[];
}

/**
 * A batch whose head reads the labeled tokens; their number is its weight.
 *
 * @param examples indices of the sequences in the data set
 * @throws AttuneError DATA_NO_LABELS where no token of the whole batch has a label
 */
export function tokenBatch(
  { sequences, labels }: LabeledSequences,
  examples: Int32Array,
  { rowLength, padTokenId, firstExample, readMultiple = () => leastMultiple }: TokenBatchOptions,
): TaskBatch {
  const weight = labels.reduce((sum, own) => sum + own.filter((label) => label !== ignoredLabel).length, 0);
  if (weight === 0) throw noLabels(examples);
  const packed = packSequences(sequences, { rowLength, padTokenId, firstSequence: firstExample });
  return {
    tensors: { ...selectLabeled(packed, labels, { readMultiple: readMultiple(weight) }) },
    examples,
    tokens: sequences.reduce((total, { ids }) => total + ids.length, 0),
    weight,
    answers: weight,
  };
}

/** The likeliest label of every token that has one, in the order of the batch's reads. */
export function likeliest({ weight }: TaskBatch, { data, shape: [, width] }: HostTensor): Int32Array {
  return argMaxRows(data.subarray(0, weight * width), width);
}

/** Labeled tokens whose label is the likeliest. */
export function countRight(batch: TaskBatch, logits: HostTensor): number {
  const { data: labels } = batch.tensors.labels;
  return likeliest(batch, logits).filter((id, i) => id === labels[i]).length;
}

function noLabels(examples: Int32Array): AttuneError {
  const some = [...examples.subarray(0, 5)].join(', ') + (examples.length > 5 ? ', …' : '');
  return new AttuneError(
    'DATA_NO_LABELS',
    `batch: expected a token with a label, the examples ${some} (counted from 0) have no such token; remove examples without one`,
  );
}
