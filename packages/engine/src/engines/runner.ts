import { optimise } from '../passes/optimise';
import { mapRecord, type ProgramFunction, record } from '../record/record';
import { checkTensor, emptyTensor, type HostTensor, type HostTensors } from '../tensor';
import type { ExecutableCache } from './cache';
import type { Prepare } from './executable';

/** Runs functions on given tensors, each specialised once for each set of shapes. */
export interface Runner {
  run(fn: ProgramFunction, batch: HostTensors, options?: RunOptions): Promise<Record<string, HostTensor>>;
}

export interface RunOptions {
  readonly parameters?: HostTensors;
  /** Arrays to write outputs into; the others are allocated. */
  readonly into?: Readonly<Record<string, HostTensor>>;
}

/** A runner that keeps what it made ready in `cache`. */
export function createRunner(prepare: Prepare, cache: ExecutableCache): Runner {
  const ids = new WeakMap<ProgramFunction, number>();
  let known = 0;
  const keyOf = (fn: ProgramFunction, batch: HostTensors, parameters: HostTensors) => {
    if (!ids.has(fn)) ids.set(fn, known++);
    return `${ids.get(fn)}:${shapesOf(batch)}:${shapesOf(parameters)}`;
  };
  return {
    async run(fn, batch, { parameters = {}, into = {} } = {}) {
      const inputs = { ...batch, ...parameters };
      for (const [name, tensor] of Object.entries(inputs)) checkTensor(`run: "${name}"`, tensor);
      const executable = await cache.get(keyOf(fn, batch, parameters), async () =>
        prepare(optimise(record(fn, batch, parameters))),
      );
      const outputs = mapRecord(executable.outputs, (spec, name) => into[name] ?? emptyTensor(spec));
      await executable.run(inputs, outputs);
      return outputs;
    },
  };
}

function shapesOf(tensors: HostTensors): string {
  return Object.entries(tensors)
    .map(([name, { shape, dtype }]) => `${name}=${dtype}[${shape}]`)
    .join();
}
