import { type AdamWUpdate, adamw, decayFactor, type Range, squaredNorm } from './adamw';
import type { TrainableArrays } from './trainable-memory';

/** A row's elements come in blocks of this many in the kernels. */
const rowBlock = 32;

/**
 * Training of an embedding's table that costs what the rows it has met cost, and has the same bits as the dense update.
 *
 * A row that no batch has read yet has no moments: an update only multiplies it by the decay factor. These factors are
 * kept, and applied when the row is next needed. A row that was read once is warm: it takes every update from then on, as
 * replaying updates later would cost what they cost now.
 */
export interface LazyTable {
  /** Before a gradient: zeroes the one at hand; these rows, ascending, are brought up to date and will have the next. */
  expect(rows: readonly number[]): void;
  /** Brings rows up to date, all of them unless given. */
  catchUp(rows?: Iterable<number>): void;
  squaredNorm(): number;
  update(update: AdamWUpdate): void;
}

/** Whether a table's rows can be updated one by one. */
export const isLazyWidth = (width: number): boolean => width > 0 && width % rowBlock === 0;

/** A table whose rows with moments are warm from the start. @param width elements a row */
export function lazyTable(arrays: TrainableArrays, width: number): LazyTable {
  const { parameter, gradient, first, second } = arrays;
  const rowCount = parameter.length / width;
  const rangeOf = (row: number): Range => ({ start: row * width, length: width });
  const isZero = (values: Float32Array, row: number) =>
    values.subarray(row * width, (row + 1) * width).every((x) => x === 0);
  const warm = new Set<number>();
  for (let row = 0; row < rowCount; row++) if (!isZero(first, row) || !isZero(second, row)) warm.add(row);
  if (gradient.some((x) => x !== 0)) gradient.fill(0); // pages never written take no memory
  const missed = missedDecay(arrays, width);
  let reached: readonly number[] = [];

  return {
    expect(rows) {
      for (const row of reached) gradient.fill(0, row * width, (row + 1) * width);
      reached = rows;
      missed.applyTo(rows.filter((row) => !warm.has(row)));
    },
    catchUp(rows = Array(rowCount).keys()) {
      missed.applyTo([...rows].filter((row) => !warm.has(row)));
    },
    squaredNorm: () => squaredNorm(arrays, reached.map(rangeOf)),
    update(update) {
      for (const row of reached) warm.add(row);
      for (const row of warm) adamw(arrays, update, rangeOf(row));
      missed.push(decayFactor(update));
    },
  };
}

/** The factors that rows without moments have not been multiplied by yet. */
function missedDecay({ parameter, factors, kernels }: TrainableArrays, width: number) {
  const history: number[] = [];
  /** How many factors each row has had. */
  const applied = new Int32Array(parameter.length / width);
  return {
    push(factor: number) {
      if (factor !== 1) history.push(factor);
    },
    applyTo(rows: readonly number[]) {
      const oldest = rows.reduce((least, row) => Math.min(least, applied[row]), history.length);
      for (let from = oldest; from < history.length; from += factors.length) {
        const chunk = history.slice(from, from + factors.length);
        factors.set(chunk);
        for (const row of rows) {
          const skip = Math.max(applied[row] - from, 0);
          if (skip >= chunk.length) continue;
          const bytes = Float32Array.BYTES_PER_ELEMENT;
          const address = parameter.byteOffset + row * width * bytes;
          kernels.decay(address, width, factors.byteOffset + skip * bytes, chunk.length - skip);
        }
      }
      for (const row of rows) applied[row] = history.length;
    },
  };
}
