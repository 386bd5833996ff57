import { float32, type HostTensor, int32 } from '@attune/engine';
import type { PackedBatch } from './batch';

/** Label of tokens that the loss ignores, as in transformers and PyTorch. */
export const ignoredLabel = -100;

/** Options of `selectTokens` and `selectLabeled`. */
export interface SelectOptions {
  /** Least number of head positions; the first one is repeated, so that a smaller last batch has the shape of the others. Default 0. */
  readonly minimumReads?: number;
  /** The number of head positions is rounded up to a multiple of this, so that few shapes are compiled; default 1. */
  readonly readMultiple?: number;
}

/** A batch with a label for each head position. */
export interface LabeledBatch extends PackedBatch {
  /** Labels, [reads] int32. */
  readonly labels: HostTensor;
  /** Weights, [reads] float32: 1, or 0 for a position that only fills the shape. */
  readonly weights: HostTensor;
}

/** A token that the head reads. */
interface HeadPosition {
  readonly sequence: number;
  readonly position: number;
}

/**
 * Selects the tokens that the head reads: `positions[i]` are positions within sequence `i`, in any order.
 *
 * Head positions are ordered by sequence, and within a sequence as in its list.
 *
 * @throws RangeError for a wrong number of sequences, a position outside its sequence, or no token at all
 * @example
 * const packed = packSequences([{ ids: [2, 7, 9, 3] }, { ids: [2, 8, 3] }], { rowLength: 8 });
 * selectTokens(packed, [[1, 2], [1]]).reads.data; // Int32Array [ 1, 2, 5 ]
 */
export function selectTokens(
  packed: PackedBatch,
  positions: readonly ArrayLike<number>[],
  options: SelectOptions = {},
): PackedBatch {
  const sequences = placesOf(packed);
  const first = firstSequenceOf(packed);
  if (positions.length !== sequences.length)
    throw new RangeError(
      `selectTokens: expected a list of positions for each of ${sequences.length} sequences, got ${positions.length}; pass an empty list for a sequence without positions`,
    );
  const reads = positions.flatMap((list, sequence) => Array.from(list, (position) => ({ sequence, position })));
  checkPositions(reads, sequences);
  const count = paddedCount(reads.length, options);
  const all = Array.from({ length: count }, (_, i) => reads[i] ?? reads[0]);
  return {
    ...packed,
    reads: int32(all.map(({ sequence, position }) => sequences[sequence].start + position)),
    readSequenceIds: int32(all.map(({ sequence }) => first + sequence)),
    readPositionIds: int32(all.map(({ position }) => position)),
  };
}

/**
 * Selects the tokens that have a label, and adds labels and weights to the batch.
 *
 * `labels[i]` has a label for each token of sequence `i`, or −100 for no label. Labels are class ids; for language models, token ids.
 *
 * @throws RangeError as `selectTokens`, and if the number of labels differs from the number of tokens
 * @example
 * const packed = packSequences([{ ids: [2, 7, 9, 3] }], { rowLength: 8 });
 * selectLabeled(packed, [[-100, 0, 4, -100]]).labels.data; // Int32Array [ 0, 4 ]
 */
export function selectLabeled(
  packed: PackedBatch,
  labels: readonly ArrayLike<number>[],
  options: SelectOptions = {},
): LabeledBatch {
  placesOf(packed).forEach(({ length }, i) => {
    if (labels[i] && labels[i].length !== length)
      throw new RangeError(
        `selectLabeled: sequence ${i} has ${length} tokens, got ${labels[i].length} labels; pass one per token, ${ignoredLabel} for no label`,
      );
  });
  const positions = labels.map((list) => [...Array(list.length).keys()].filter((i) => list[i] !== ignoredLabel));
  const selected = selectTokens(packed, positions, options);
  const known = positions.flatMap((list, sequence) => list.map((position) => labels[sequence][position]));
  const count = selected.reads.data.length;
  const weights = new Float32Array(count).fill(1, 0, known.length);
  return {
    ...selected,
    labels: int32(Array.from({ length: count }, (_, i) => known[i] ?? ignoredLabel)),
    weights: float32(weights),
  };
}

const firstSequenceOf = ({ sequenceIds }: PackedBatch): number =>
  (sequenceIds.data as Int32Array).reduce((least, id) => (id >= 0 ? Math.min(least, id) : least), 2 ** 31);

/** Start and length of each sequence of a batch. */
function placesOf(packed: PackedBatch): { start: number; length: number }[] {
  const { sequenceIds, positionIds } = packed;
  const first = firstSequenceOf(packed);
  const places: { start: number; length: number }[] = [];
  sequenceIds.data.forEach((sequence: number, i: number) => {
    if (sequence < 0) return;
    const position = positionIds.data[i];
    places[sequence - first] = { start: i - position, length: position + 1 };
  });
  return places;
}

function checkPositions(reads: readonly HeadPosition[], sequences: readonly { length: number }[]): void {
  if (reads.length === 0)
    throw new RangeError('selectTokens: expected at least one token to read, got none; skip the batch');
  for (const { sequence, position } of reads) {
    const { length } = sequences[sequence];
    if (!Number.isInteger(position) || position < 0 || position >= length)
      throw new RangeError(
        `selectTokens: sequence ${sequence} has ${length} tokens, got position ${position}; pass 0 to ${length - 1}`,
      );
  }
}

function paddedCount(count: number, { minimumReads = 0, readMultiple = 1 }: SelectOptions): number {
  if (!Number.isInteger(readMultiple) || readMultiple < 1)
    throw new RangeError(`selectTokens: readMultiple expected an integer ≥ 1, got ${readMultiple}`);
  return Math.ceil(Math.max(count, minimumReads) / readMultiple) * readMultiple;
}

/**
 * Labels of a causal language model: for each token the label of the next one, −100 for the last.
 *
 * @param labels labels of the tokens themselves, as in transformers: the token's id, or −100 to ignore it
 * @example
 * nextTokens([1, 403, 407]); // Int32Array [ 403, 407, -100 ]
 * const batch = selectLabeled(packed, sequences.map(({ ids }) => nextTokens(ids)));
 */
export function nextTokens(labels: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: labels.length }, (_, i) => (i + 1 < labels.length ? labels[i + 1] : ignoredLabel));
}
