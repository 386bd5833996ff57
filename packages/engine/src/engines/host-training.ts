import { createOptimizer, type OptimizerConfig } from '../host/optimizers/optimizer';
import { trainableMemory } from '../host/trainable-memory';
import { gradientName, withGradients } from '../record/gradients';
import { mapRecord, type ProgramFunction } from '../record/record';
import { copyTensor, type HostTensor, type HostTensors } from '../tensor';
import { clippingFactor } from './clipping';
import type { StepResult, Training, TrainingState } from './engine';
import { keptGradients } from './kept-gradients';
import type { Runner } from './runner';
import { trainableNames } from './trainable';
import { trainedTables } from './trained-tables';

type Tensors = Record<string, HostTensor>;

/** Training whose parameters, gradients and moments are typed arrays the host reads and writes. */
export function openHostTraining(
  runner: Runner,
  fn: ProgramFunction,
  initial: HostTensors,
  config: OptimizerConfig,
): Training {
  const optimizer = createOptimizer(config);
  const { weightDecay = optimizer.defaultWeightDecay, decays = () => true, rateOf = () => 1 } = config;
  const settingsOf = (name: string, learningRate: number) => ({
    learningRate: learningRate * rateOf(name),
    weightDecay: decays(name) ? weightDecay : 0,
  });
  const trainable = trainableNames(initial, config);
  const memory = trainableMemory(Object.fromEntries(trainable.map((name) => [name, initial[name]])));
  const view = (array: 'gradient' | 'first' | 'second'): Tensors =>
    mapRecord(memory, (arrays, name) => ({ ...initial[name], data: arrays[array] }));
  const parameters = mapRecord(initial, (tensor, name) => resident(tensor, memory[name]?.parameter));
  const [gradients, first, second] = [view('gradient'), view('first'), view('second')];
  const isIdle = (name: string) => optimizer.idleFactor(settingsOf(name, 1)) !== undefined;
  const tables = trainedTables({ parameters, memory, optimizer, isIdle });
  const kept = keptGradients({ parameters, memory, tables });
  const derived = withGradients(fn, trainable);
  let step = 0;

  const training: Training = {
    async gradients(batch, options) {
      const prepared = await runner.prepare(derived, batch, parameters);
      const all = await kept.take(prepared, batch, options);
      return { loss: all.loss.data[0], outputs: withoutGradients(all) };
    },
    async update({ learningRate }) {
      const gradientNorm = kept.norm();
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      step += 1;
      for (const name of kept.names()) {
        const update = { ...settingsOf(name, learningRate), scale, step };
        const table = tables.get(name);
        if (table) table.update(update);
        else optimizer.update(memory[name], update);
      }
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    async run(program, batch) {
      const prepared = await runner.prepare(program.fn, batch, parameters);
      tables.catchUp(prepared.rows, batch);
      return prepared.run();
    },
    readGradients: async () => mapRecord(gradients, copyTensor),
    async readParameters() {
      tables.catchUp();
      return mapRecord(parameters, (tensor, name) => (name in memory ? copyTensor(tensor) : tensor));
    },
    async read(): Promise<TrainingState> {
      return {
        step,
        parameters: await training.readParameters(),
        moments: { first: mapRecord(first, copyTensor), second: mapRecord(second, copyTensor) },
      };
    },
    async write(state) {
      tables.forget();
      overwrite(parameters, state.parameters ?? {}, (name) => !(name in memory));
      overwrite(first, state.moments?.first ?? {});
      overwrite(second, state.moments?.second ?? {});
      step = state.step ?? step;
    },
    async close() {},
  };
  return training;
}

/** A copy of a tensor, in the place training has for it; what is frozen is never written to, and stays the caller's. */
function resident(tensor: HostTensor, place?: Float32Array): HostTensor {
  if (!place) return tensor;
  place.set(tensor.data);
  return { ...tensor, data: place };
}

function withoutGradients(all: HostTensors): Tensors {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith(gradientName(''))));
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
