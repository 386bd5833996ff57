import { gatheredRows } from '../passes/input-uses';
import { optimize } from '../passes/optimize';
import type { Products } from '../program';
import { type ProgramFunction, record, type Specs } from '../record/record';
import { mapRecord } from '../records';
import {
  checkTensor,
  type Destination,
  emptyTensor,
  type HostTensor,
  type HostTensors,
  type TensorSpec,
} from '../tensor';
import { type CacheLimits, type Executable, ExecutableCache, type Prepare } from './executable';

/** Options of `engine.compile`. */
export interface CompileOptions {
  /**
   * Precision of matrix products, default `float32`. `bfloat16` rounds the factors and the result of each product to 8 bits of
   * mantissa, forward and backward, as PyTorch's autocast does. Sums within a product, parameters and all else stay float32.
   */
  readonly products?: Products;
}

/** A pure function, compiled again for each new set of input shapes. */
export interface CompiledProgram {
  /** The function that was passed to `compile`. */
  readonly fn: ProgramFunction;
  /** Precision of its matrix products, default `float32`. */
  readonly products?: Products;
  /** Runs on tensors in memory and returns the outputs in new arrays. */
  run(batch: HostTensors, parameters?: HostTensors): Promise<Record<string, HostTensor>>;
}

/** Records and compiles functions, once per set of shapes. */
export interface Runner {
  prepare(fn: ProgramFunction, batch: HostTensors, parameters?: HostTensors): Promise<PreparedRun>;
}

/** A program compiled for the shapes of given tensors. */
export interface PreparedRun {
  /** Parameters that it reads by rows, with the names of the batch's tensors that hold the indices. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** @param into arrays for some of the outputs; the others are allocated */
  run(into?: Readonly<Record<string, Destination>>): Promise<Record<string, HostTensor>>;
}

type ReadyProgram = Executable & Pick<PreparedRun, 'rows'>;

/** A runner with a cache of prepared programs. */
export function createRunner(prepare: Prepare, limits: CacheLimits): Runner & { clear(): Promise<void> } {
  const cache = new ExecutableCache<ReadyProgram>(limits);
  const keyOf = programKeys();
  return {
    async prepare(fn, batch, parameters = {}) {
      const inputs = { ...batch, ...parameters };
      for (const [name, tensor] of Object.entries(inputs)) checkTensor(`run: "${name}"`, tensor);
      const executable = await cache.get(keyOf(fn, batch, parameters), async (room) => {
        const program = optimize(record(fn, batch, parameters));
        return { ...(await prepare(program, room)), rows: gatheredRows(program) };
      });
      return {
        rows: executable.rows,
        async run(into = {}) {
          const fresh = (spec: TensorSpec) => ({ ...emptyTensor(spec), isZero: true });
          const outputs = mapRecord(executable.outputs, (spec, name) => into[name] ?? fresh(spec));
          await executable.run(inputs, outputs);
          return outputs;
        },
      };
    },
    clear: () => cache.clear(),
  };
}

/** Cache key of a prepared program: function identity and input shapes. */
export function programKeys(): (fn: ProgramFunction, ...inputs: readonly Specs[]) => string {
  const ids = new WeakMap<ProgramFunction, number>();
  let known = 0;
  return (fn, ...inputs) => {
    if (!ids.has(fn)) ids.set(fn, known++);
    return [ids.get(fn), ...inputs.map(shapesOf)].join(':');
  };
}

/** Names, types and shapes as one string. */
export function shapesOf(tensors: Specs): string {
  return Object.entries(tensors)
    .map(([name, { shape, dtype }]) => `${name}=${dtype}[${shape}]`)
    .join();
}
