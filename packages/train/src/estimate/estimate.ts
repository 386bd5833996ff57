import {
  type Engine,
  type HostTensors,
  optimize,
  type Program,
  record,
  sizeOf,
  type TensorSpec,
  withGradients,
} from '@attune/engine';
import { isLoraModel, isQuantized, type Model } from '@attune/models';
import type { TrainingArguments } from '../arguments/arguments';
import { optimizerConfig } from '../arguments/optimizer';
import { planTraining } from '../loop/plan';
import type { Examples, TaskBatch, TrainingTask } from '../loop/task';
import { trainedProgram } from '../loop/trained';

// Memory and work of a training, from the recorded program of its largest batch.

/** Options of `memoryEstimate`. */
export interface MemoryOptions<Data extends Examples> {
  /** The model to train, with its head and any adapters. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
  /** How examples become batches. */
  readonly task: TrainingTask<Data>;
  /** The training examples, whose lengths decide the batches. */
  readonly data: Data;
  /** How to train, complete: of `trainingArguments`. */
  readonly arguments: TrainingArguments;
  /** Whether adapters are merged after training; default true without quantized matrices. */
  readonly mergesAdapters?: boolean;
  /** The engine that trains; default `onnx`. */
  readonly engine?: Pick<Engine, 'name'>;
}

/** The peak memory of a training, in bytes. */
export interface MemoryEstimate {
  /** The initial parameters, and copies of the trained ones. */
  readonly parameters: number;
  /** Of the trained parameters, twice where they are accumulated. */
  readonly gradients: number;
  /** The state of the optimizer: two numbers per trained parameter, one for SGD. */
  readonly moments: number;
  /** Intermediate values of every shape of batch that keeps its own, or of the largest where shapes share memory. */
  readonly activations: number;
  /** Copies for a save, the best trained parameters so far, and the matrices into which adapters are finally merged. */
  readonly copies: number;
  /** The runtime itself, for any training. */
  readonly runtime: number;
  /** The sum of all parts. */
  readonly total: number;
}

/** Node, TensorFlow.js, the data of a small run, and onnxruntime or TensorFlow with its graphs (measured). */
const runtimeBytes = 300e6;
const tensorflowRuntimeBytes = 900e6;
/** Memory of a runtime per live value: there are gaps between them (measured; 1.08 to 1.2). */
const withGaps = 1.15;
/** The engine's limits for compiled programs and for the intermediate values that these keep. */
const readyLimits = { programs: 64, bytes: 2 ** 31 };
/** Of a program that shares the memory of its intermediate values, per node (measured). */
const sharedNodeBytes = 4096;
const bytesPerElement = 4;

/**
 * Estimates the memory of a training before its first step.
 *
 * Parameters, gradients and moments are counted. Activations are those of the recorded program of the largest batch: the most
 * bytes alive at once, nodes in order. Onnxruntime keeps the memory of a shape for the next batch of that shape. Other shapes are estimated in
 * proportion to their tokens and added up until one does not fit with the earlier ones; from then on all share the memory of the largest.
 * TensorFlow returns memory after each batch, and has copies of dropout's masks.
 *
 * @example
 * const { total } = memoryEstimate({ model, parameters, task, data: train, arguments: trainingArguments() });
 */
export function memoryEstimate<Data extends Examples>(options: MemoryOptions<Data>): MemoryEstimate {
  return trainingEstimate(options).memory;
}

/** Memory and work of a training. */
interface TrainingEstimate {
  readonly memory: MemoryEstimate;
  /** Floating-point operations of the matrix products of all steps, as measured by an engine's `gflops`. */
  readonly operations: number;
}

/** Memory as in `memoryEstimate`, and the work: that of the largest batch, in proportion to the tokens of every batch. */
export function trainingEstimate<Data extends Examples>(options: MemoryOptions<Data>): TrainingEstimate {
  const { model, parameters: initial, arguments: args, engine } = options;
  const { isTrainable = () => true } = optimizerConfig(args, model);
  const sizes = Object.entries(initial).map(([name, { data }]) => ({ name, bytes: data.byteLength }));
  const sum = (own: typeof sizes) => own.reduce((total, { bytes }) => total + bytes, 0);
  const [all, trained] = [sum(sizes), sum(sizes.filter(({ name }) => isTrainable(name)))];
  const merged = mergedBytes(options);
  const recorded = recordStep(options, isTrainable);
  const inTensorflow = engine?.name.startsWith('tfjs-node');
  const parts = {
    parameters: all + trained,
    gradients: trained * (args.gradientAccumulationSteps > 1 ? 2 : 1),
    moments: args.optim === 'sgd' ? trained : 2 * trained,
    activations: withGaps * (inTensorflow ? fedAndComputedBytes(recorded) : readyBytes(recorded)),
    copies: (args.saveStrategy === 'no' ? 0 : 3 * trained) + (args.evalStrategy === 'no' ? 0 : trained) + merged,
    runtime: inTensorflow ? tensorflowRuntimeBytes : runtimeBytes,
  };
  const memory = { ...parts, total: Object.values(parts).reduce((a, b) => a + b, 0) };
  return { memory, operations: recorded.steps * operationsOfStep(recorded) };
}

/** A second copy of the adapted matrices, and every quantized one as float32. */
function mergedBytes<Data extends Examples>({
  model,
  mergesAdapters = !isQuantized(model),
}: MemoryOptions<Data>): number {
  if (!isLoraModel(model) || !mergesAdapters) return 0;
  const codes = isQuantized(model) ? [...model.quantized.weights] : [];
  const matrices = [...model.adapted.map(({ weight }) => weight), ...codes];
  return matrices.reduce((sum, weight) => sum + bytesOf(model.specs[weight]), 0);
}

/** Of the shapes, in the order in which they occur. */
function readyBytes({ program, shapes, largest }: RecordedStep): number {
  const most = peakBytes(program);
  const needed = shapes.map((own) => (most * own) / largest);
  return heldBytes(needed, { ...readyLimits, shared: sharedNodeBytes * program.nodes.length });
}

/**
 * The most bytes that an engine holds for programs with these needs, in this order.
 *
 * They keep their memory until one does not fit in `bytes`; from then on all share it, and each has `shared` bytes in addition.
 */
export function heldBytes(
  needed: readonly number[],
  { programs, bytes, shared }: { programs: number; bytes: number; shared: number },
): number {
  let [held, most] = [0, 0];
  for (const [i, own] of needed.entries()) {
    if (i > 0 && own > bytes - held)
      return Math.max(most, Math.max(...needed) + shared * Math.min(needed.length, programs));
    held += own - (needed[i - programs] ?? 0); // the least recent leaves
    most = Math.max(most, held);
  }
  return most;
}

/** Of one batch at a time, and a second copy of dropout's masks, which are made outside the graph and fed. */
function fedAndComputedBytes({ program }: RecordedStep): number {
  const masks = program.nodes.filter(({ kernel }) => kernel === 'DropoutMask');
  return masks.reduce((sum, { outputs: [mask] }) => sum + bytesOf(program.values[mask]), peakBytes(program));
}

const bytesOf = ({ shape }: TensorSpec): number => bytesPerElement * sizeOf(shape);

/** Bytes that live only while a node is computed: the float32 numbers of a quantized matrix. */
function passingBytes({ kernel, inputs, attributes }: Program['nodes'][number], values: Program['values']): number {
  if (kernel !== 'QuantizedLinear') return 0;
  return bytesPerElement * values[inputs.codes].shape[0] * (attributes.columns as number);
}

/** The most bytes of computed values alive at once, without the gradients of parameters, which are counted separately. */
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
    peak = Math.max(peak, alive + passingBytes(node, values));
    for (const value of new Set([...node.outputs, ...Object.values(node.inputs)]))
      if (computed.has(value) && last.get(value) === i) alive -= bytesOf(values[value]);
  });
  return peak;
}

/** Steps whose batches are examined: the shapes of an epoch appear early. */
const watchedSteps = 100;

/** A recorded step of the largest batch, and the token places of every examined batch. */
interface RecordedStep {
  readonly program: Program;
  /** Token places of each shape, in the order in which they occur. */
  readonly shapes: readonly number[];
  /** The most of them. */
  readonly largest: number;
  /** Mean over the examined steps. */
  readonly placesAStep: number;
  readonly steps: number;
}

function recordStep<Data extends Examples>(
  options: MemoryOptions<Data>,
  isTrainable: (name: string) => boolean,
): RecordedStep {
  const { model, parameters, arguments: args } = options;
  const { batches, placesAStep, steps } = firstBatches(options);
  const largest = batches.reduce((most, batch) => (places(batch) > places(most) ? batch : most));
  const trained = Object.keys(parameters).filter((name) => parameters[name].dtype === 'float32' && isTrainable(name));
  const seed = { shape: [2], dtype: 'int32', data: new Int32Array(2) } as const;
  const program = record(withGradients(trainedProgram(model, args), trained), { ...largest.tensors, seed }, parameters);
  return { program: optimize(program), shapes: batches.map(places), largest: places(largest), placesAStep, steps };
}

/** Floating-point operations of a step's matrix products, on average. */
const operationsOfStep = ({ program, largest, placesAStep }: RecordedStep): number =>
  (productOperations(program) * placesAStep) / largest;

/** The kernels that are matrix products, and the name of their first factor. */
const firstFactor: Readonly<Record<string, string>> = { BatchMatMul: 'a', Linear: 'x', QuantizedLinear: 'x' };

/** Multiplications and additions of a program's matrix products. */
function productOperations({ nodes, values }: Program): number {
  return nodes
    .filter(({ kernel }) => kernel in firstFactor)
    .reduce((sum, { kernel, inputs, attributes, outputs }) => {
      const inner = values[inputs[firstFactor[kernel]]].shape.at(attributes.transposeA ? -2 : -1)!;
      return sum + 2 * inner * sizeOf(values[outputs[0]].shape);
    }, 0);
}

/** One batch of each shape in the first steps, and the number of token places per step. */
function firstBatches<Data extends Examples>({ model, task, data, arguments: args }: MemoryOptions<Data>) {
  const plan = planTraining(data, args, model.config.padTokenId);
  const batches = new Map<string, TaskBatch>();
  const watched = Math.min(watchedSteps, plan.stepsPerEpoch, plan.totalSteps);
  let all = 0;
  for (let step = 0; step < watched; step++)
    for (const examples of plan.batchesOf(step)) {
      const batch = task.batch(data, examples, { ...plan.shape, random: { seed: args.seed, epoch: 1 } });
      batches.set(JSON.stringify(Object.values(batch.tensors).map(({ shape }) => shape)), batch);
      all += places(batch);
    }
  return { batches: [...batches.values()], placesAStep: all / watched, steps: plan.totalSteps };
}

const places = ({ tensors }: TaskBatch): number => sizeOf(tensors.inputIds.shape);
