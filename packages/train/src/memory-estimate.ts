import {
  type HostTensors,
  optimise,
  type Program,
  record,
  sizeOf,
  type TensorSpec,
  withGradients,
} from '@attune/engine';
import { isLoraModel, type LoraModel, type Model } from '@attune/models';
import type { TrainingArguments } from './arguments';
import { optimizerConfig } from './optimizers/optimizer-config';
import { planTraining } from './plan';
import type { Examples, Task, TaskBatch } from './tasks/task';

export interface MemoryOptions<Data extends Examples> {
  readonly model: Model;
  readonly parameters: HostTensors;
  readonly task: Task<Data>;
  readonly data: Data;
  readonly arguments: TrainingArguments;
}

/** What training will hold at most, in bytes. */
export interface MemoryEstimate {
  /** Those that training starts from, and copies of the ones that it trains. */
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: number;
  /** Intermediate values of every shape of batch that stays ready to run. */
  readonly activations: number;
  /** What a save copies, the best trained parameters so far, and the matrices that adapters are merged into in the end. */
  readonly copies: number;
  /** The runtime itself, whatever is trained. */
  readonly runtime: number;
  readonly total: number;
}

/** Node, TensorFlow.js, onnxruntime and the data of a small run (measured). */
const runtimeBytes = 300e6;
/** The engine's own limits of what it keeps ready. */
const readyLimits = { programs: 16, bytes: 2 ** 31 };
/** Steps whose batches are looked at: the shapes of an epoch show early. */
const watchedSteps = 100;
const bytesPerElement = 4;

/**
 * What a run's training will take, before its first step.
 *
 * Parameters, gradients and moments are counted. Activations are those of the recorded program of the largest batch: the most
 * bytes alive at once, nodes in order; those of other shapes are taken in proportion to their tokens, and added up as far as the
 * engine keeps them ready.
 *
 * @example
 * const { total } = memoryEstimate({ model, parameters, task, data: train, arguments: trainingArguments() });
 */
export function memoryEstimate<Data extends Examples>(options: MemoryOptions<Data>): MemoryEstimate {
  const { model, parameters: initial, arguments: args } = options;
  const { trains = () => true } = optimizerConfig(args, model);
  const sizes = Object.entries(initial).map(([name, { data }]) => ({ name, bytes: data.byteLength }));
  const sum = (own: typeof sizes) => own.reduce((total, { bytes }) => total + bytes, 0);
  const [all, trained] = [sum(sizes), sum(sizes.filter(({ name }) => trains(name)))];
  const merged = isLoraModel(model) ? mergedBytes(model) : 0;
  const parts = {
    parameters: all + trained,
    gradients: trained * (args.gradientAccumulationSteps > 1 ? 2 : 1),
    moments: args.optim === 'sgd' ? trained : 2 * trained,
    activations: activationBytes(options, trains),
    copies: (args.saveStrategy === 'no' ? 0 : 3 * trained) + (args.evalStrategy === 'no' ? 0 : trained) + merged,
    runtime: runtimeBytes,
  };
  return { ...parts, total: Object.values(parts).reduce((a, b) => a + b, 0) };
}

const mergedBytes = ({ adapted }: LoraModel): number =>
  adapted.reduce((sum, { inputs, outputs }) => sum + bytesPerElement * inputs * outputs, 0);

function activationBytes<Data extends Examples>(
  options: MemoryOptions<Data>,
  trains: (name: string) => boolean,
): number {
  const [largest, ...others] = distinctBatches(options).sort((a, b) => places(b) - places(a));
  const { model, parameters } = options;
  const trained = Object.keys(parameters).filter((name) => parameters[name].dtype === 'float32' && trains(name));
  const seed = { shape: [2], dtype: 'int32', data: new Int32Array(2) } as const;
  const program = record(withGradients(model.program, trained), { ...largest.tensors, seed }, parameters);
  const most = peakBytes(optimise(program));
  let ready = most;
  for (const batch of others.slice(0, readyLimits.programs - 1)) {
    const bytes = (most * places(batch)) / places(largest);
    if (ready + bytes > readyLimits.bytes) break;
    ready += bytes;
  }
  return ready;
}

/** One batch of each shape that the first steps meet. */
function distinctBatches<Data extends Examples>({ model, task, data, arguments: args }: MemoryOptions<Data>) {
  const plan = planTraining(data, args, model.config.padTokenId);
  const batches = new Map<string, TaskBatch>();
  for (let step = 0; step < Math.min(watchedSteps, plan.stepsPerEpoch, plan.totalSteps); step++)
    for (const examples of plan.batchesOf(step)) {
      const batch = task.batch(data, examples, { ...plan.shape, random: { seed: args.seed, epoch: 1 } });
      batches.set(JSON.stringify(Object.values(batch.tensors).map(({ shape }) => shape)), batch);
    }
  return [...batches.values()];
}

const places = ({ tensors }: TaskBatch): number => sizeOf(tensors.inputIds.shape);
const bytesOf = ({ shape }: TensorSpec): number => bytesPerElement * sizeOf(shape);

/** The most bytes of computed values alive at once, parameters' gradients left out: they are counted apart. */
function peakBytes({ nodes, values, outputs }: Program): number {
  const kept = new Set(Object.values(outputs));
  const last = new Map<number, number>();
  nodes.forEach((node, i) => {
    for (const value of [...node.outputs, ...Object.values(node.inputs)]) last.set(value, i);
  });
  const computed = new Set<number>();
  let [alive, peak] = [0, 0];
  nodes.forEach((node, i) => {
    const own = node.outputs.filter((value) => !kept.has(value));
    for (const value of own) computed.add(value);
    alive += own.reduce((sum, value) => sum + bytesOf(values[value]), 0);
    peak = Math.max(peak, alive);
    for (const value of new Set([...node.outputs, ...Object.values(node.inputs)]))
      if (computed.has(value) && last.get(value) === i) alive -= bytesOf(values[value]);
  });
  return peak;
}
