import { type HostTensor, int32 } from '@attune/engine';

/** One encoded text: ids with special tokens, no padding. */
export interface Sequence {
  /** `[length]`: token ids, special tokens included, at least one. */
  readonly ids: ArrayLike<number>;
  /** Segment of each token; default 0. */
  readonly typeIds?: ArrayLike<number>;
}

/**
 * Several sequences laid end to end in rows of one length. Attention stays within each sequence and positions
 * restart, so only the rest of a row is padding. A row that holds one sequence is ordinary padding.
 */
export interface PackedBatch {
  /** `[rows · length]`: token ids, the padding id in the rest of a row. */
  readonly inputIds: HostTensor;
  /** `[rows · length]`: segment ids. */
  readonly tokenTypeIds: HostTensor;
  /** `[rows · length]`: position within the sequence. */
  readonly positionIds: HostTensor;
  /** `[rows, length]`: index of the sequence in the batch (across the batches of a step if it has several), −1 in the rest of a row. */
  readonly sequenceIds: HostTensor;
  /** `[reads]`: head positions, indices into [rows · length] of the tokens that the head reads. */
  readonly reads: HostTensor;
  /** `[reads]`: the sequence, and the position within it, of each of these tokens. */
  readonly readSequenceIds: HostTensor;
  /** `[reads]`: the position of each of these tokens within its sequence. */
  readonly readPositionIds: HostTensor;
}

/** Options of `packSequences`. */
export interface PackOptions {
  /** Tokens per row. From several lengths, uses the one with the least padding; if equal, the shortest. */
  readonly rowLength: number | readonly number[];
  /** The number of rows is rounded up to a multiple of this, so that few shapes are compiled; default 1. */
  readonly rowMultiple?: number;
  /** Least number of head positions; the first one is repeated, so that a smaller last batch has the shape of the others. Default 0. */
  readonly minimumReads?: number;
  /** Index of the first sequence, for a step of several batches: dropout depends on it. Default 0. */
  readonly firstSequence?: number;
  /** Token id that fills the rest of a row; default 0. */
  readonly padTokenId?: number;
}

interface Place {
  readonly start: number;
  readonly sequence: number;
}

/**
 * Packs sequences into rows: longest first, each into the first row with room. The head reads the first token of each sequence.
 *
 * @throws RangeError if there are no sequences, or if one is empty or longer than a row
 */
export function packSequences(sequences: readonly Sequence[], options: PackOptions): PackedBatch {
  const { rowMultiple = 1, minimumReads = 0, firstSequence = 0, padTokenId = 0 } = options;
  const { rowLength, places, rows } = placed(sequences, [options.rowLength].flat());
  const length = Math.ceil(rows / rowMultiple) * rowMultiple * rowLength;
  const inputIds = new Int32Array(length).fill(padTokenId);
  const sequenceIds = new Int32Array(length).fill(-1);
  const [tokenTypeIds, positionIds] = [new Int32Array(length), new Int32Array(length)];
  const reads = new Int32Array(Math.max(sequences.length, minimumReads));
  const readSequenceIds = Int32Array.from(reads, (_, i) => firstSequence + i);
  for (const { start, sequence } of places) {
    const { ids, typeIds } = sequences[sequence];
    inputIds.set(ids, start);
    if (typeIds) tokenTypeIds.set(typeIds, start);
    for (let i = 0; i < ids.length; i++) positionIds[start + i] = i;
    sequenceIds.fill(firstSequence + sequence, start, start + ids.length);
    reads[sequence] = start;
  }
  return {
    inputIds: int32(inputIds),
    tokenTypeIds: int32(tokenTypeIds),
    positionIds: int32(positionIds),
    sequenceIds: int32(sequenceIds, [length / rowLength, rowLength]),
    reads: int32(reads),
    readSequenceIds: int32(readSequenceIds),
    readPositionIds: int32(new Int32Array(reads.length)),
  };
}

function checkLengths(sequences: readonly Sequence[], rowLength: number): void {
  if (sequences.length === 0) throw new RangeError('packSequences: expected at least one sequence, got none');
  sequences.forEach(({ ids }, i) => {
    if (ids.length === 0 || ids.length > rowLength)
      throw new RangeError(
        `packSequences: sequence ${i} has ${ids.length} tokens, a row takes 1 to ${rowLength}; truncate it or lengthen the rows`,
      );
  });
}

/** The placement with the least padding. */
function placed(sequences: readonly Sequence[], rowLengths: readonly number[]) {
  checkLengths(sequences, Math.max(...rowLengths));
  const longest = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const fitting = rowLengths.filter((rowLength) => rowLength >= longest).sort((a, b) => a - b);
  const all = fitting.map((rowLength) => ({ rowLength, ...placeInRows(sequences, rowLength) }));
  return all.reduce((best, own) => (own.rows * own.rowLength < best.rows * best.rowLength ? own : best));
}

/** First fit, decreasing: within 11/9 of the fewest rows. */
function placeInRows(sequences: readonly Sequence[], rowLength: number): { places: Place[]; rows: number } {
  const longestFirst = sequences.map((_, i) => i).sort((a, b) => sequences[b].ids.length - sequences[a].ids.length);
  const used: number[] = [];
  const places = longestFirst.map((sequence) => {
    const size = sequences[sequence].ids.length;
    const fitting = used.findIndex((tokens) => tokens + size <= rowLength);
    const row = fitting < 0 ? used.push(0) - 1 : fitting;
    const start = row * rowLength + used[row];
    used[row] += size;
    return { start, sequence };
  });
  return { places, rows: used.length };
}
