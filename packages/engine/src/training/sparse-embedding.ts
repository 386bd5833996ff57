import type { PreparedRun } from '../compile/runner';
import type { HostTensor, HostTensors, TensorSpec } from '../tensor';
import { addFresh, type Range, squaredNorm, type TrainableArrays } from './memory';
import type { Optimizer, Update } from './optimizers';

/** Trained parameters that programs read by rows, each as a `SparseEmbedding`. */
export interface SparseEmbeddings {
  get(name: string): SparseEmbedding | undefined;
  /** Prepares for a gradient. A parameter that the program also reads as a whole is dense until a program reads it only by rows. */
  expect(rows: PreparedRun['rows'], batch: HostTensors, options: { keep: boolean }): void;
  /** Brings the rows up to date that a run without gradients reads; default all rows. */
  applyPendingDecay(rows?: PreparedRun['rows'], batch?: HostTensors): void;
  /** Brings all rows up to date, before the arrays are written from outside. */
  forget(): void;
}

export interface EmbeddingsOptions {
  readonly parameters: HostTensors;
  readonly memory: Readonly<Record<string, TrainableArrays>>;
  readonly optimizer: Optimizer;
  /** Whether an update only multiplies elements without gradient and moments by a factor. */
  readonly isIdle: (name: string) => boolean;
}

/**
 * Whether the rows of a parameter can be updated one by one.
 *
 * @param isIdle whether an update only multiplies elements without gradient and moments by a factor
 */
export const isSparse = ({ shape }: TensorSpec, isIdle: boolean): boolean =>
  shape.length === 2 && isSparseWidth(shape[1]) && isIdle;

export function sparseEmbeddings({ parameters, memory, optimizer, isIdle }: EmbeddingsOptions): SparseEmbeddings {
  const tables = new Map<string, SparseEmbedding>();
  const open = (name: string) => {
    const table = tables.get(name) ?? sparseEmbedding(memory[name], { width: parameters[name].shape[1], optimizer });
    tables.set(name, table);
    return table;
  };
  const applyPendingDecay: SparseEmbeddings['applyPendingDecay'] = (rows, batch) => {
    for (const [name, table] of tables) {
      const indices = rows?.get(name);
      table.applyPendingDecay(indices && batch && distinctRows(parameters[name], indices, batch));
    }
  };
  const forget = () => {
    applyPendingDecay();
    tables.clear();
  };
  return {
    get: (name) => tables.get(name),
    expect(rows, batch, options) {
      if ([...tables.keys()].some((name) => !rows.has(name))) forget();
      // A table starts without a gradient, so one that is to be added to stays as it is.
      for (const [name, indices] of rows)
        if (tables.has(name) || (name in memory && isSparse(parameters[name], isIdle(name)) && !options.keep))
          open(name).expect(distinctRows(parameters[name], indices, batch), options);
    },
    applyPendingDecay,
    forget,
  };
}

/** The rows of a table at the indices of some tensors, ascending. */
function distinctRows({ shape: [count] }: HostTensor, names: readonly string[], batch: HostTensors): number[] {
  for (const name of names) {
    const outside = batch[name].data.find((row: number) => row < 0 || row >= count);
    if (outside !== undefined)
      throw new RangeError(`"${name}": expected rows of a table of ${count}, from 0 to ${count - 1}, got ${outside}`);
  }
  return [...new Set(names.flatMap((name) => [...batch[name].data]))].sort((a, b) => a - b);
}

/** Elements that the kernels take at once, of which a row has a multiple. */
const rowBlock = 32;

/**
 * Training of an embedding table. A step costs as much as the rows that batches have read, and has the same bits as a dense step.
 *
 * A row that no batch has read yet has no moments, and an update only multiplies it by the decay factor. These factors are
 * kept and applied when the row is next needed. Once read, a row is warm and takes every update: replaying them later would
 * cost as much.
 */
export interface SparseEmbedding {
  /** Prepares for a gradient of these rows, ascending: brings them up to date, and zeroes the kept gradient unless `keep`. */
  expect(rows: readonly number[], options: { keep: boolean }): void;
  /** Adds `scale` times the batch's gradient of the rows last expected, and zeroes that. */
  addFresh(scale: number): void;
  /** Brings rows up to date, default all. */
  applyPendingDecay(rows?: Iterable<number>): void;
  squaredNorm(): number;
  update(update: Update): void;
}

/** Whether rows of this width can be updated one by one. */
const isSparseWidth = (width: number): boolean => width > 0 && width % rowBlock === 0;

export interface EmbeddingOptions {
  /** Elements per row. */
  readonly width: number;
  readonly optimizer: Optimizer;
}

/** A table whose rows with moments are warm from the start. */
export function sparseEmbedding(arrays: TrainableArrays, { width, optimizer }: EmbeddingOptions): SparseEmbedding {
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
    applyPendingDecay(rows = Array(rowCount).keys()) {
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

/** Decay factors that rows without moments have yet to be multiplied by. */
function missedDecay({ parameter, factors, kernels }: TrainableArrays, width: number) {
  const history: number[] = [];
  /** Number of factors applied to each row. */
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
