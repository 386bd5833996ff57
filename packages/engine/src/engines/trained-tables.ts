import { isLazyWidth, type LazyTable, lazyTable } from '../host/lazy-table';
import type { TrainableArrays } from '../host/trainable-memory';
import type { HostTensor, HostTensors } from '../tensor';
import type { PreparedRun } from './runner';

/** The trainable parameters that programs read row by row, each with what makes its update cost what its rows cost. */
export interface TrainedTables {
  has(name: string): boolean;
  get(name: string): LazyTable | undefined;
  /** Before a gradient. A parameter that the program reads otherwise too is a table no more, until one reads it by rows again. */
  expect(rows: PreparedRun['rows'], batch: HostTensors): void;
  /** Before a run that takes no gradient: brings up to date what it reads; everything without arguments. */
  catchUp(rows?: PreparedRun['rows'], batch?: HostTensors): void;
  /** Brings everything up to date before the arrays are written from outside. */
  forget(): void;
}

export function trainedTables(
  parameters: HostTensors,
  memory: Readonly<Record<string, TrainableArrays>>,
): TrainedTables {
  const tables = new Map<string, LazyTable>();
  const widthOf = ({ shape }: HostTensor) => (shape.length === 2 ? shape[1] : 0);
  const isTable = (name: string) => name in memory && isLazyWidth(widthOf(parameters[name]));
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
    has: (name) => tables.has(name),
    get: (name) => tables.get(name),
    expect(rows, batch) {
      if ([...tables.keys()].some((name) => !rows.has(name))) forget();
      for (const [name, indices] of rows) {
        if (!isTable(name)) continue;
        if (!tables.has(name)) tables.set(name, lazyTable(memory[name], widthOf(parameters[name])));
        tables.get(name)!.expect(distinctRows(parameters[name], indices, batch));
      }
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
