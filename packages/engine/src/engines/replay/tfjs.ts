import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { kernelOf } from '../../kernels';
import { peakBytes } from '../../memory';
import { lastUses, type Node, type Program, type ValueId } from '../../program';
import { mapRecord } from '../../record/record';
import type { HostTensor, HostTensors } from '../../tensor';
import type { Executable } from '../executable';
import { runOnHost } from '../host-kernels';

/** Replays a program kernel by kernel on a TensorFlow.js backend, freeing each value after its last use. */
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

/** TensorFlow.js knows no bytes: they become integers. */
const tensorOf = ({ data, shape, dtype }: HostTensor): tf.Tensor =>
  tf.tensor(data, [...shape], dtype === 'uint8' ? 'int32' : dtype);
