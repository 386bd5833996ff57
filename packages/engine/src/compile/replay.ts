import * as tf from '@tensorflow/tfjs-core';
import type { Float64Tensor } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import { lastUses, type Node, type Program, peakBytes, type ValueId } from '../program';
import type { HostTensor, HostTensors } from '../tensor';
import '@tensorflow/tfjs-backend-cpu';
import { mapRecord } from '../records';
import type { Executable } from './executable';
import { runOnHost } from './partition';

/** Inputs of the float64 replay, each a tensor of any type or in float64. */
export type Float64Inputs = Readonly<Record<string, Float64Tensor | HostTensors[string]>>;

/**
 * Runs a program in float64 with plain loops: slow, short, and the reference for every engine.
 *
 * @returns the outputs by name
 * @example
 * const { y } = replayFloat64(record(fn, batch), batch);
 */
export function replayFloat64(program: Program, inputs: Float64Inputs): Record<string, Float64Tensor> {
  const known = new Map<ValueId, Float64Tensor>();
  for (const [value, data] of program.constants)
    known.set(value, { shape: program.values[value].shape, data: Float64Array.from(data) });
  for (const [name, value] of Object.entries(program.inputs)) {
    if (!inputs[name]) throw new RangeError(`replay: input "${name}" is missing`);
    known.set(value, { shape: program.values[value].shape, data: Float64Array.from(inputs[name].data) });
  }
  for (const node of program.nodes) {
    const arguments_ = Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, known.get(value)!]));
    const specs = node.outputs.map((value) => program.values[value]);
    kernelOf(node.kernel)
      .evaluate(arguments_, node.attributes, specs)
      .forEach((data, i) => known.set(node.outputs[i], { shape: specs[i].shape, data }));
  }
  return Object.fromEntries(Object.entries(program.outputs).map(([name, value]) => [name, known.get(value)!]));
}

/** Runs programs kernel by kernel on a TensorFlow.js backend, and frees each value after its last use. */
export function prepareReplay(backend: string): (program: Program) => Promise<Executable> {
  return async (program) => {
    const last = lastUses(program);
    return {
      bytes: peakBytes(program),
      outputs: mapRecord(program.outputs, (value) => program.values[value]),
      run: async (inputs, outputs) => onBackend(backend, () => replay(program, last, inputs, outputs)),
      release: async () => {},
    };
  };
}

function onBackend(backend: string, body: () => void): void {
  const previous = tf.getBackend() ?? backend;
  const isProduction = tf.env().getBool('PROD');
  tf.env().set('PROD', true); // or the cpu backend advises, at its first use, to install another package
  tf.setBackend(backend);
  try {
    tf.tidy(() => {
      body();
    });
  } finally {
    tf.setBackend(previous);
    tf.env().set('PROD', isProduction);
  }
}

function replay(
  program: Program,
  last: ReadonlyMap<ValueId, number>,
  inputs: HostTensors,
  outputs: Readonly<Record<string, HostTensor>>,
): void {
  const known = new Map<ValueId, tf.Tensor>();
  const place = (value: ValueId, data: HostTensor['data']) => {
    const { shape, dtype } = program.values[value];
    known.set(value, tensorOf({ data, shape, dtype }));
  };
  for (const [value, data] of program.constants) place(value, data);
  for (const [name, value] of Object.entries(program.inputs)) place(value, inputs[name].data);
  program.nodes.forEach((node, index) => {
    call(node, program, known).forEach((tensor, i) => known.set(node.outputs[i], tensor));
    for (const value of new Set([...Object.values(node.inputs), ...node.outputs]))
      if ((last.get(value) ?? -1) <= index) known.get(value)?.dispose();
  });
  for (const [name, value] of Object.entries(program.outputs))
    outputs[name].data.set(known.get(value)!.dataSync() as Float32Array);
}

function call(node: Node, { values }: Program, known: ReadonlyMap<ValueId, tf.Tensor>): tf.Tensor[] {
  const kernel = kernelOf(node.kernel);
  const inputs = mapRecord(node.inputs, (value) => known.get(value)!);
  if (kernel.tfjs) return tf.tidy(() => [kernel.tfjs!(inputs, node.attributes)].flat() as tf.Tensor[]);
  if (kernel.host && !tf.getKernel(node.kernel, tf.getBackend())) return callHost(node, values, inputs);
  const isList = Object.keys(inputs).every((key, i) => key === String(i)) && Object.keys(inputs).length > 0;
  const arguments_ = (isList ? Object.values(inputs) : inputs) as tf.NamedTensorMap;
  return [
    tf.engine().runKernel(node.kernel, arguments_, { ...node.attributes } as tf.NamedAttrMap),
  ].flat() as tf.Tensor[];
}

function callHost(node: Node, values: Program['values'], inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor[] {
  const read = mapRecord(inputs, (tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype as HostTensor['dtype'],
    data: tensor.dataSync() as HostTensor['data'],
  }));
  return runOnHost(node, values, read).map(tensorOf);
}

/** TensorFlow.js has no uint8; such tensors become int32. */
const tensorOf = ({ data, shape, dtype }: HostTensor): tf.Tensor =>
  tf.tensor(data, [...shape], dtype === 'uint8' ? 'int32' : dtype);
