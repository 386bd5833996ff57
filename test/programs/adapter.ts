import {
  type Engine,
  gradientName,
  type HostTensor,
  type HostTensors,
  lowerToOnnx,
  type OptimizerConfig,
  optimize,
  type Program,
  type ProgramFunction,
  record,
  type TensorSpec,
} from '@attune/engine';
import { placeProgram } from '../../packages/engine/src/compile/lower-tensorflow';
import { createDeviceEngine, createEngine } from '../../packages/engine/src/engines/create-engine';
import { savedModel } from '../../packages/engine/src/graphs/saved-model';
import { TensorflowGraph } from '../../packages/engine/src/graphs/tensorflow-graph';
import { forGpu, packMasks } from '../../packages/engine/src/passes/for-devices';
import type { Device, DeviceTensor } from '../../packages/engine/src/training/device-training';
import { type Trained, trainingGraph } from '../../packages/engine/src/training/tensorflow/graph';

/**
 * Everything these tests import from the inside of the packages. What moves or is renamed is repaired here.
 *
 * The stable part is what the tests need of it: an engine that is told of each program just before it would be compiled,
 * and the bytes that each target makes of a program.
 */

export type { QuantizedFormat } from '@attune/engine';
export {
  exportDecoder,
  exportModel,
  exportSavedModel,
  type Head,
  initialize,
  initializeAdapter,
  type LoraOptions,
  type Model,
  modelForTask,
  modelWithHead,
  packSequences,
  parseModelConfig,
  quantized as quantizedModel,
  quantizeParameters,
  type Sequence,
  selectTokens,
  tokenGenerator,
  withLora,
} from '@attune/models';
export {
  causalLmTask,
  type Examples,
  maskedLmTask,
  sequenceTask,
  type TrainingArguments,
  type TrainingTask as Task,
  tokenTask,
  train,
  trainingArguments,
} from '@attune/train';
export type { Engine, HostTensors, Program };

export type OnProgram = (program: Program) => void;

const zeros = ({ shape, dtype }: TensorSpec): HostTensor => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array };
  return { shape, dtype, data: new arrays[dtype](size) };
};

const outputSpecs = ({ outputs, values }: Program) =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, values[value]]));

/** An engine on ordinary memory that computes nothing: each output is zero. It reports every optimized program. */
export function hostEngine(onProgram: OnProgram): Engine {
  return createEngine('recorder', async (program) => {
    onProgram(program);
    return { bytes: 0, outputs: outputSpecs(program), run: async () => {}, release: async () => {} };
  });
}

/** The same for an engine whose parameters stay on a device, where gradients are added and the optimizer is a program. */
export function deviceEngine(onProgram: OnProgram): Engine {
  const resident = (spec: TensorSpec): DeviceTensor => ({ ...spec, release: () => {} });
  const map = <A, B>(from: Readonly<Record<string, A>>, to: (value: A) => B) =>
    Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));
  const seen = new Map<ProgramFunction, Program>();
  const device: Device = {
    upload: async (tensors) => map(tensors, resident),
    download: async (tensors) => map(tensors, zeros),
    async run(fn, batch, parameters, stays) {
      const program = seen.get(fn) ?? optimize(record(fn, batch, parameters));
      if (!seen.has(fn)) onProgram(program);
      seen.set(fn, program);
      const outputs = Object.entries(outputSpecs(program));
      return {
        resident: map(Object.fromEntries(outputs.filter(([name]) => stays(name))), resident),
        host: map(Object.fromEntries(outputs.filter(([name]) => !stays(name))), zeros),
      };
    },
    close: async () => {},
  };
  return createDeviceEngine('recorder', device);
}

/** The engine, which also reports what it is to train. */
export function watched(engine: Engine, onTraining: (training: TrainingSetup) => void): Engine {
  return {
    ...engine,
    openTraining(program, parameters, optimizer) {
      onTraining({ parameters, optimizer });
      return engine.openTraining(program, parameters, optimizer);
    },
  };
}

export interface TrainingSetup {
  readonly parameters: HostTensors;
  readonly optimizer: OptimizerConfig;
}

export const isGradient = (output: string): boolean => output.startsWith(gradientName(''));

/** The bytes that each target makes of an optimized program. */
export const lowerings: Readonly<Record<string, (program: Program, training?: TrainingSetup) => Uint8Array>> = {
  onnx: (program) => lowerToOnnx(program).bytes,
  webgpu: (program) => lowerToOnnx(packMasks(program), 'webgpu').bytes,
  tensorflow: tensorflowBytes,
  'tensorflow-gpu': (program, training) => tensorflowBytes(forGpu(program), training),
};

/** With a training its parameters are variables, and the optimizer is in the graph. */
function tensorflowBytes(program: Program, training?: TrainingSetup): Uint8Array {
  if (training) return trainingGraph(trainedOf(program, training), new Map([['step', program]])).bytes;
  const graph = new TensorflowGraph();
  placeProgram(program, graph);
  return savedModel(graph);
}

function trainedOf({ inputs, outputs, values }: Program, { parameters, optimizer }: TrainingSetup): Trained {
  const names = Object.keys(inputs).filter((name) => Object.hasOwn(parameters, name));
  const { weightDecay = 0, hasWeightDecay = () => true, learningRateScale = () => 1 } = optimizer;
  return {
    products: 'float32',
    parameters: Object.fromEntries(names.map((name) => [name, values[inputs[name]]])),
    trainable: names.filter((name) => Object.hasOwn(outputs, gradientName(name))),
    halves: new Set(),
    config: optimizer,
    weightDecayOf: (name) => (hasWeightDecay(name) ? weightDecay : 0),
    learningRateScale,
  };
}
