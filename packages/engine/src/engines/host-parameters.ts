import { createOptimizer, type OptimizerConfig } from '../host/optimizers/optimizer';
import { trainableMemory } from '../host/trainable-memory';
import { mapRecord } from '../record/record';
import { copyTensor, type HostTensor, type HostTensors } from '../tensor';
import type { TrainingState } from './engine';
import { type KeptGradients, keptGradients } from './kept-gradients';
import { type TrainedTables, trainedTables } from './trained-tables';

type Tensors = Record<string, HostTensor>;

/** Parameters in ordinary memory, with the gradients, moments and optimizer of those that are trained. */
export interface HostParameters extends Pick<KeptGradients, 'take' | 'norm'>, Pick<TrainedTables, 'catchUp'> {
  /** The arrays in use. */
  readonly parameters: HostTensors;
  /** Applies the optimizer to what has a gradient. @param step counted from 1 */
  update(update: { step: number; learningRate: number; scale: number }): void;
  /** Copies of the kept gradients. */
  readGradients(): Tensors;
  /** Copies of the parameters; the frozen ones are the arrays in use. */
  readParameters(): Tensors;
  /** Copies of the moments. */
  readMoments(): TrainingState['moments'];
  write(state: Pick<Partial<TrainingState>, 'parameters' | 'moments'>): void;
}

/** @param trainable names of the parameters that are trained; the others are never written to, and stay the caller's */
export function hostParameters(
  initial: HostTensors,
  config: OptimizerConfig,
  trainable: readonly string[],
): HostParameters {
  const optimizer = createOptimizer(config);
  const { weightDecay = optimizer.defaultWeightDecay, decays = () => true, rateOf = () => 1 } = config;
  const settingsOf = (name: string, learningRate: number) => ({
    learningRate: learningRate * rateOf(name),
    weightDecay: decays(name) ? weightDecay : 0,
  });
  const memory = trainableMemory(Object.fromEntries(trainable.map((name) => [name, initial[name]])));
  const view = (array: 'gradient' | 'first' | 'second'): Tensors =>
    mapRecord(memory, (arrays, name) => ({ ...initial[name], data: arrays[array] }));
  const parameters = mapRecord(initial, (tensor, name) => resident(tensor, memory[name]?.parameter));
  const [gradients, first, second] = [view('gradient'), view('first'), view('second')];
  const isIdle = (name: string) => optimizer.idleFactor(settingsOf(name, 1)) !== undefined;
  const tables = trainedTables({ parameters, memory, optimizer, isIdle });
  const kept = keptGradients({ parameters, memory, tables });
  return {
    parameters,
    take: kept.take,
    norm: kept.norm,
    catchUp: tables.catchUp,
    update({ step, learningRate, scale }) {
      for (const name of kept.names()) {
        const update = { ...settingsOf(name, learningRate), scale, step };
        const table = tables.get(name);
        if (table) table.update(update);
        else optimizer.update(memory[name], update);
      }
    },
    readGradients: () => mapRecord(gradients, copyTensor),
    readParameters() {
      tables.catchUp();
      return mapRecord(parameters, (tensor, name) => (name in memory ? copyTensor(tensor) : tensor));
    },
    readMoments: () => ({ first: mapRecord(first, copyTensor), second: mapRecord(second, copyTensor) }),
    write(state) {
      tables.forget();
      overwrite(parameters, state.parameters ?? {}, (name) => !(name in memory));
      overwrite(first, state.moments?.first ?? {});
      overwrite(second, state.moments?.second ?? {});
    },
  };
}

/** A copy of a tensor, in the place training has for it; what is frozen is never written to, and stays the caller's. */
function resident(tensor: HostTensor, place?: Float32Array): HostTensor {
  if (!place) return tensor;
  place.set(tensor.data);
  return { ...tensor, data: place };
}

function overwrite(target: Tensors, source: HostTensors, isFrozen = (_: string) => false): void {
  for (const [name, tensor] of Object.entries(source)) {
    if (!target[name]) throw new RangeError(`write: there is no "${name}" here`);
    if (target[name].data.length !== tensor.data.length)
      throw new RangeError(`write: "${name}" has shape [${target[name].shape}], got [${tensor.shape}]`);
    if (isFrozen(name)) target[name] = copyTensor(tensor);
    else target[name].data.set(tensor.data);
  }
}
