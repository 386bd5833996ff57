import type { PreparedRun } from '../compile/runner';
import type { HostTensor, HostTensors, TensorSpec } from '../tensor';
import { addFresh, type Range, squaredNorm, type TrainableArrays } from './memory';
import type { Optimizer, Update } from './optimizers';

/** The trainable parameters that programs read row by row, each with what makes its update cost what its rows cost. */
export interface SparseEmbeddings {
  get(name: string): SparseEmbedding | undefined;
  /** Before a gradient. A parameter that the program reads otherwise too is a table no more, until one reads it by rows again. */
  expect(rows: PreparedRun['rows'], batch: HostTensors, options: { keep: boolean }): void;
  /** Before a run that takes no gradient: brings up to date what it reads; everything without arguments. */
  applyPendingDecay(rows?: PreparedRun['rows'], batch?: HostTensors): void;
  /** Brings everything up to date before the arrays are written from outside. */
  forget(): void;
}

export interface EmbeddingsOptions {
  readonly parameters: HostTensors;
  readonly memory: Readonly<Record<string, TrainableArrays>>;
  readonly optimizer: Optimizer;
  /** Whether an update leaves elements without gradient and moments alone, but for a factor. */
  readonly isIdle: (name: string) => boolean;
}

/**
 * Whether a parameter's rows can be updated one by one, where programs read them so.
 *
 * @param isIdle whether an update leaves elements without gradient and moments alone, but for a factor
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

/** The rows of a table that index tensors name, ascending. */
function distinctRows({ shape: [count] }: HostTensor, names: readonly string[], batch: HostTensors): number[] {
  for (const name of names) {
    const outside = batch[name].data.find((row: number) => row < 0 || row >= count);
    if (outside !== undefined)
      throw new RangeError(`"${name}": expected rows of a table of ${count}, from 0 to ${count - 1}, got ${outside}`);
  }
  return [...new Set(names.flatMap((name) => [...batch[name].data]))].sort((a, b) => a - b);
}

/** A row's elements come in blocks of this many in the kernels. */
const rowBlock = 32;

/**
 * Training of an embedding's table that costs what the rows it has met cost, and has the same bits as the dense update.
 *
 * A row that no batch has read yet has no moments: an update only multiplies it by the decay factor. These factors are
 * kept, and applied when the row is next needed. A row that was read once is warm: it takes every update from then on, as
 * replaying updates later would cost what they cost now.
 */
export interface SparseEmbedding {
  /** Before a gradient: these rows, ascending, are brought up to date and will have one. The one at hand is zeroed, or kept to be added to. */
  expect(rows: readonly number[], options: { keep: boolean }): void;
  /** Adds `scale` times the gradient of the rows last expected, and zeroes where it was. */
  addFresh(scale: number): void;
  /** Brings rows up to date, all of them unless given. */
  applyPendingDecay(rows?: Iterable<number>): void;
  squaredNorm(): number;
  update(update: Update): void;
}

/** Whether a table's rows can be updated one by one. */
export const isSparseWidth = (width: number): boolean => width > 0 && width % rowBlock === 0;

export interface EmbeddingOptions {
  /** Elements a row. */
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
