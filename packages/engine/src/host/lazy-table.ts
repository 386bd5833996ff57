import type { Optimizer, Update } from './optimizers/optimizer';
import { addFresh, type Range, squaredNorm } from './range';
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
  /** Before a gradient: these rows, ascending, are brought up to date and will have one. The one at hand is zeroed, or kept to be added to. */
  expect(rows: readonly number[], options: { keep: boolean }): void;
  /** Adds `scale` times the gradient of the rows last expected, and zeroes where it was. */
  addFresh(scale: number): void;
  /** Brings rows up to date, all of them unless given. */
  catchUp(rows?: Iterable<number>): void;
  squaredNorm(): number;
  update(update: Update): void;
}

/** Whether a table's rows can be updated one by one. */
export const isLazyWidth = (width: number): boolean => width > 0 && width % rowBlock === 0;

export interface TableOptions {
  /** Elements a row. */
  readonly width: number;
  readonly optimizer: Optimizer;
}

/** A table whose rows with moments are warm from the start. */
export function lazyTable(arrays: TrainableArrays, { width, optimizer }: TableOptions): LazyTable {
  const { parameter, gradient, first, second, fresh } = arrays;
  const rowCount = parameter.length / width;
  const rangeOf = (row: number): Range => ({ start: row * width, length: width });
  const isZero = (values: Float32Array, row: number) =>
    values.subarray(row * width, (row + 1) * width).every((x) => x === 0);
  const clear = (values: Float32Array, rows: readonly number[]) => {
    for (const row of rows) values.fill(0, row * width, (row + 1) * width);
  };
  const warm = new Set<number>();
  for (let row = 0; row < rowCount; row++) if (!isZero(first, row) || !isZero(second, row)) warm.add(row);
  for (const values of [gradient, fresh]) if (values.some((x) => x !== 0)) values.fill(0); // pages never written take no memory
  const missed = missedDecay(arrays, width);
  /** Rows with a gradient, ascending, and those of the last batch among them. */
  let reached: readonly number[] = [];
  let last: readonly number[] = [];

  return {
    expect(rows, { keep }) {
      if (!keep) clear(gradient, reached);
      reached = keep ? [...new Set([...reached, ...rows])].sort((a, b) => a - b) : rows;
      last = rows;
      missed.applyTo(rows.filter((row) => !warm.has(row)));
    },
    addFresh(scale) {
      addFresh(arrays, scale, last.map(rangeOf));
      clear(fresh, last);
    },
    catchUp(rows = Array(rowCount).keys()) {
      missed.applyTo([...rows].filter((row) => !warm.has(row)));
    },
    squaredNorm: () => squaredNorm(arrays, reached.map(rangeOf)),
    update(update) {
      for (const row of reached) warm.add(row);
      for (const row of warm) optimizer.update(arrays, update, rangeOf(row));
      missed.push(optimizer.idleFactor(update)!);
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
