import { gatheredRows } from '../passes/gathered-rows';
import { optimise } from '../passes/optimise';
import { mapRecord, type ProgramFunction, record } from '../record/record';
import {
  checkTensor,
  type Destination,
  emptyTensor,
  type HostTensor,
  type HostTensors,
  type TensorSpec,
} from '../tensor';
import { type CacheLimits, ExecutableCache } from './cache';
import type { Executable, Prepare } from './executable';
import { programKeys } from './program-keys';

/** Specialises functions once for each set of shapes. */
export interface Runner {
  prepare(fn: ProgramFunction, batch: HostTensors, parameters?: HostTensors): Promise<PreparedRun>;
}

/** A program ready to run on the tensors it was prepared for. */
export interface PreparedRun {
  /** Parameters it reads only in the rows that the named tensors of the batch say. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** @param into arrays to write outputs into; the others are allocated */
  run(into?: Readonly<Record<string, Destination>>): Promise<Record<string, HostTensor>>;
}

type ReadyProgram = Executable & Pick<PreparedRun, 'rows'>;

/** A runner that keeps up to `limits` of what it made ready. */
export function createRunner(prepare: Prepare, limits: CacheLimits): Runner & { clear(): Promise<void> } {
  const cache = new ExecutableCache<ReadyProgram>(limits);
  const keyOf = programKeys();
  return {
    async prepare(fn, batch, parameters = {}) {
      const inputs = { ...batch, ...parameters };
      for (const [name, tensor] of Object.entries(inputs)) checkTensor(`run: "${name}"`, tensor);
      const executable = await cache.get(keyOf(fn, batch, parameters), async () => {
        const program = optimise(record(fn, batch, parameters));
        return { ...(await prepare(program)), rows: gatheredRows(program) };
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
