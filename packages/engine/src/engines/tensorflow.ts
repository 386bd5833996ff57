import { AttuneError } from '@attune/internal';
import type { CacheLimits, Prepare } from '../compile/executable';
import { NotLowerable } from '../compile/lower-tensorflow';
import { prepareTensorflow, type TensorflowLibrary } from '../compile/tensorflow';
import { createWorkspace } from '../compile/workspace';
import { forGpu } from '../passes/for-devices';
import type { Products } from '../program';
import type { ProgramFunction } from '../record/record';
import type { HostTensors } from '../tensor';
import type { OptimizerConfig } from '../training/optimizers';
import { openTensorflowTraining } from '../training/tensorflow/training';
import type { Training } from '../training/training';
import { closedOnce } from './closing';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

export interface TensorflowEngineOptions {
  readonly name: string;
  readonly library: TensorflowLibrary;
  /** Prepares programs that a graph cannot hold. */
  readonly fallback: Prepare;
  readonly onGpu: boolean;
  readonly limits: Partial<CacheLimits>;
  /** Called with the reason if a program falls back. */
  readonly onNote: (note: string) => void;
}

/** An engine whose programs are TensorFlow graphs, in TensorFlow sessions. */
export function createTensorflowEngine(options: TensorflowEngineOptions): Engine {
  const { name, library, onGpu, limits, fallback, onNote } = options;
  const explained = new Set<string>();
  const explain = ({ message }: NotLowerable, products: Products) => {
    if (products !== 'float32') throw inFloat32Alone(name, message);
    if (!explained.has(message)) onNote(`${name}: ${message}; such programs run call by call, which is slower`);
    explained.add(message);
  };
  const workspace = createWorkspace();
  const inGraphs = (products: Products) => {
    const prepare: Prepare = (program) =>
      prepareTensorflow(onGpu ? forGpu(program) : program, { library, workspace, products });
    return createEngine(
      name,
      orElse(prepare, fallback, (cause) => explain(cause, products)),
      limits,
    );
  };
  const engines = { float32: inGraphs('float32'), bfloat16: inGraphs('bfloat16') };
  const plain = createEngine(name, fallback, limits);
  return closedOnce({
    name,
    compile: (fn, { products = 'float32' } = {}) => ({ ...engines[products].compile(fn), products }),
    openTraining: async (program, parameters, optimizer) => {
      const { fn, products = 'float32' } = program;
      const most = limits.programs ?? 16;
      const training = await openTensorflowTraining(program, parameters, optimizer, {
        library,
        workspace,
        most,
        onGpu,
      });
      return trainingOrElse(training, async (cause) => {
        explain(cause, products);
        return movedTo(plain, { fn, optimizer, training });
      });
    },
    async close() {
      for (const engine of [...Object.values(engines), plain]) await engine.close();
    },
  });
}

const inFloat32Alone = (name: string, message: string) =>
  new AttuneError(
    'ENGINE_PRECISION',
    `${name}: ${message}; such a program runs call by call, with products only in float32; remove bfloat16 (bf16)`,
  );

function orElse(first: Prepare, fallback: Prepare, explain: (cause: NotLowerable) => void): Prepare {
  return async (program, room) => {
    try {
      return await first(program, room);
    } catch (error) {
      if (!(error instanceof NotLowerable)) throw error;
      explain(error);
      return fallback(program, room);
    }
  };
}

interface Moved {
  readonly fn: ProgramFunction;
  readonly optimizer: OptimizerConfig;
  readonly training: Training;
}

/** Moves a training to another engine. */
async function movedTo(engine: Engine, { fn, optimizer, training }: Moved): Promise<Training> {
  const state = await training.read();
  const moved = await engine.openTraining(engine.compile(fn), state.parameters as HostTensors, optimizer);
  await moved.write(state);
  await training.close();
  return moved;
}

/** A training that moves to another engine at the first program that a graph cannot hold. Gradients kept until then are lost. */
function trainingOrElse(first: Training, other: (cause: NotLowerable) => Promise<Training>): Training {
  let current = first;
  const attempt = async <T>(body: (training: Training) => Promise<T>): Promise<T> => {
    try {
      return await body(current);
    } catch (error) {
      if (!(error instanceof NotLowerable)) throw error;
      current = await other(error);
      return body(current);
    }
  };
  return {
    step: (batch, options) => attempt((training) => training.step(batch, options)),
    gradients: (batch, options) => attempt((training) => training.gradients(batch, options)),
    run: (program, batch) => attempt((training) => training.run(program, batch)),
    update: (options) => current.update(options),
    readGradients: () => current.readGradients(),
    readParameters: () => current.readParameters(),
    read: () => current.read(),
    write: (state) => current.write(state),
    close: () => current.close(),
  };
}
