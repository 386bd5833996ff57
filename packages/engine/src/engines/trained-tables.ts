import { isLazyWidth, type LazyTable, lazyTable } from '../host/lazy-table';
import type { Optimizer } from '../host/optimizers/optimizer';
import type { TrainableArrays } from '../host/trainable-memory';
import type { HostTensor, HostTensors, TensorSpec } from '../tensor';
import type { PreparedRun } from './runner';

/** The trainable parameters that programs read row by row, each with what makes its update cost what its rows cost. */
export interface TrainedTables {
  get(name: string): LazyTable | undefined;
  /** Before a gradient. A parameter that the program reads otherwise too is a table no more, until one reads it by rows again. */
  expect(rows: PreparedRun['rows'], batch: HostTensors, options: { keep: boolean }): void;
  /** Before a run that takes no gradient: brings up to date what it reads; everything without arguments. */
  catchUp(rows?: PreparedRun['rows'], batch?: HostTensors): void;
  /** Brings everything up to date before the arrays are written from outside. */
  forget(): void;
}

export interface TablesOptions {
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
export const isTable = ({ shape }: TensorSpec, isIdle: boolean): boolean =>
  shape.length === 2 && isLazyWidth(shape[1]) && isIdle;

export function trainedTables({ parameters, memory, optimizer, isIdle }: TablesOptions): TrainedTables {
  const tables = new Map<string, LazyTable>();
  const open = (name: string) => {
    const table = tables.get(name) ?? lazyTable(memory[name], { width: parameters[name].shape[1], optimizer });
    tables.set(name, table);
    return table;
  };
  const catchUp: TrainedTables['catchUp'] = (rows, batch) => {
    for (const [name, table] of tables) {
      const indices = rows?.get(name);
      table.catchUp(indices && batch && distinctRows(parameters[name], indices, batch));
    }
  };
  const forget = () => {
    catchUp();
    tables.clear();
  };
  return {
    get: (name) => tables.get(name),
    expect(rows, batch, options) {
      if ([...tables.keys()].some((name) => !rows.has(name))) forget();
      // A table starts without a gradient, so one that is to be added to stays as it is.
      for (const [name, indices] of rows)
        if (tables.has(name) || (name in memory && isTable(parameters[name], isIdle(name)) && !options.keep))
          open(name).expect(distinctRows(parameters[name], indices, batch), options);
    },
    catchUp,
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
