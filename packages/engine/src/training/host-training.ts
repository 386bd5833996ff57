import type { PreparedRun, Runner } from '../compile/runner';
import { gradientName, isGradient, type ProgramFunction, withGradients } from '../record/record';
import { mapRecord } from '../records';
import { copyTensor, type Destination, type HostTensor, type HostTensors } from '../tensor';
import { addFresh, squaredNorm, type TrainableArrays, trainableMemory } from './memory';
import { type OptimizerConfig, parameterSettings } from './optimizers';
import { type SparseEmbeddings, sparseEmbeddings } from './sparse-embedding';
import {
  checkLearningRate,
  clippingFactor,
  type GradientOptions,
  type StepResult,
  type Training,
  type TrainingState,
  trainableNames,
} from './training';

/** Training whose parameters, gradients and moments are typed arrays in ordinary memory. */
export function openHostTraining(
  runner: Runner,
  fn: ProgramFunction,
  initial: HostTensors,
  config: OptimizerConfig,
): Training {
  const trainable = trainableNames(initial, config);
  const host = hostParameters(initial, config, trainable);
  const derived = withGradients(fn, trainable);
  let step = 0;

  const training: Training = {
    async gradients(batch, options) {
      const prepared = await runner.prepare(derived, batch, host.parameters);
      const all = await host.take(prepared, batch, options);
      return { loss: all.loss.data[0], outputs: withoutGradients(all) };
    },
    async update(options) {
      const learningRate = checkLearningRate(options);
      const gradientNorm = host.norm();
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      step += 1;
      host.update({ step, learningRate, scale });
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    async run(program, batch) {
      const prepared = await runner.prepare(program.fn, batch, host.parameters);
      host.applyPendingDecay(prepared.rows, batch);
      return prepared.run();
    },
    readGradients: async () => host.readGradients(),
    readParameters: async () => host.readParameters(),
    read: async (): Promise<TrainingState> => ({
      step,
      parameters: host.readParameters(),
      moments: host.readMoments(),
    }),
    async write(state) {
      host.write(state);
      step = state.step ?? step;
    },
    async close() {},
  };
  return training;
}

function withoutGradients(all: HostTensors): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isGradient(name)));
}

type Tensors = Record<string, HostTensor>;

/** Parameters in ordinary memory, and for the trained ones gradients, moments and the optimizer. */
export interface HostParameters
  extends Pick<GradientAccumulator, 'take' | 'norm'>,
    Pick<SparseEmbeddings, 'applyPendingDecay'> {
  /** The arrays in use. */
  readonly parameters: HostTensors;
  /** Applies the optimizer to the parameters that have a gradient. @param step counted from 1 */
  update(update: { step: number; learningRate: number; scale: number }): void;
  /** Copies of the kept gradients. */
  readGradients(): Tensors;
  /** Copies of the parameters; the frozen ones are the arrays in use. */
  readParameters(): Tensors;
  /** Copies of the moments. */
  readMoments(): TrainingState['moments'];
  write(state: Pick<Partial<TrainingState>, 'parameters' | 'moments'>): void;
}

/** @param trainable names of the trained parameters; the arrays of the others remain the caller's and are never written */
export function hostParameters(
  initial: HostTensors,
  config: OptimizerConfig,
  trainable: readonly string[],
): HostParameters {
  const { optimizer, weightDecayOf, learningRateScale, isIdle } = parameterSettings(config);
  const memory = trainableMemory(Object.fromEntries(trainable.map((name) => [name, initial[name]])));
  const view = (array: 'gradient' | 'first' | 'second'): Tensors =>
    mapRecord(memory, (arrays, name) => ({ ...initial[name], data: arrays[array] }));
  const parameters = mapRecord(initial, (tensor, name) => resident(tensor, memory[name]?.parameter));
  const [gradients, first, second] = [view('gradient'), view('first'), view('second')];
  const tables = sparseEmbeddings({ parameters, memory, optimizer, isIdle });
  const kept = gradientAccumulator({ parameters, memory, tables });
  return {
    parameters,
    take: kept.take,
    norm: kept.norm,
    applyPendingDecay: tables.applyPendingDecay,
    update({ step, learningRate, scale }) {
      for (const name of kept.names()) {
        const settings = { learningRate: learningRate * learningRateScale(name), weightDecay: weightDecayOf(name) };
        const update = { ...settings, scale, step };
        const table = tables.get(name);
        if (table) table.update(update);
        else optimizer.update(memory[name], update);
      }
    },
    readGradients: () => mapRecord(gradients, copyTensor),
    readParameters() {
      tables.applyPendingDecay();
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

/** A copy of a trained tensor in its array of training; a frozen tensor itself. */
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

/** The gradients of the current step, of one batch or summed over several. */
export interface GradientAccumulator {
  /** Runs a program with gradients and keeps these. Returns all of its outputs. */
  take(prepared: PreparedRun, batch: HostTensors, options?: GradientOptions): Promise<Record<string, HostTensor>>;
  /** Parameters that have a gradient. */
  names(): readonly string[];
  /** Global norm of the gradients, always summed in the same order. */
  norm(): number;
}

export interface AccumulatorOptions {
  readonly parameters: HostTensors;
  /** Arrays of the trained parameters. */
  readonly memory: Readonly<Record<string, TrainableArrays>>;
  readonly tables: SparseEmbeddings;
}

export function gradientAccumulator({ parameters, memory, tables }: AccumulatorOptions): GradientAccumulator {
  const trainable = Object.keys(memory);
  let reached: ReadonlySet<string> = new Set();
  const destinations = (array: 'gradient' | 'fresh'): Record<string, Destination> =>
    Object.fromEntries(
      trainable.map((name) => {
        const isZero = tables.get(name) !== undefined;
        return [gradientName(name), { ...parameters[name], data: memory[name][array], isZero }];
      }),
    );
  const addTo = (name: string, { scale, hasOne }: { scale: number; hasOne: boolean }) => {
    const table = tables.get(name);
    if (table) return table.addFresh(scale);
    if (!hasOne) memory[name].gradient.fill(0);
    addFresh(memory[name], scale);
  };

  return {
    async take(prepared, batch, { scale = 1, add = false } = {}) {
      tables.expect(prepared.rows, batch, { keep: add });
      const isDirect = scale === 1 && !add;
      const outputs = await prepared.run(destinations(isDirect ? 'gradient' : 'fresh'));
      const before = add ? reached : new Set<string>();
      const now = trainable.filter((name) => gradientName(name) in outputs);
      if (!isDirect) for (const name of now) addTo(name, { scale, hasOne: before.has(name) });
      reached = new Set([...before, ...now]);
      return outputs;
    },
    names: () => trainable.filter((name) => reached.has(name)),
    norm() {
      const squares = trainable
        .filter((name) => reached.has(name))
        .map((name) => tables.get(name)?.squaredNorm() ?? squaredNorm(memory[name]));
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    },
  };
}
