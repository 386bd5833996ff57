import { optimise } from '../passes/optimise';
import { mapRecord, type ProgramFunction, record } from '../record/record';
import { checkTensor, emptyTensor, type HostTensor, type HostTensors } from '../tensor';
import { type CacheLimits, ExecutableCache } from './cache';
import type { CompiledProgram, Engine } from './engine';
import type { Prepare } from './executable';
import { openHostTraining } from './host-training';

/** 16 programs or 2 GiB of intermediate values. */
const defaultLimits: CacheLimits = { programs: 16, bytes: 2 ** 31 };

/** Runs functions on given tensors, each specialised once for each set of shapes. */
export interface Runner {
  run(fn: ProgramFunction, batch: HostTensors, options?: RunOptions): Promise<Record<string, HostTensor>>;
}

export interface RunOptions {
  readonly parameters?: HostTensors;
  /** Arrays to write outputs into; the others are allocated. */
  readonly into?: Readonly<Record<string, HostTensor>>;
}

/** An engine whose programs run on ordinary memory, from the one thing that differs: how a program is made ready. */
export function createEngine(name: string, prepare: Prepare, limits: Partial<CacheLimits> = {}): Engine {
  const cache = new ExecutableCache({ ...defaultLimits, ...limits });
  const runner = createRunner(prepare, cache);
  const compile = (fn: ProgramFunction): CompiledProgram => ({
    fn,
    run: (batch, parameters = {}) => runner.run(fn, batch, { parameters }),
  });
  return {
    name,
    compile,
    openTraining: async (program, parameters, optimizer) => openHostTraining(runner, program.fn, parameters, optimizer),
    close: () => cache.clear(),
  };
}

function createRunner(prepare: Prepare, cache: ExecutableCache): Runner {
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
