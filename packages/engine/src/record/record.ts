import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Program, ValueId } from '../program';
import { mapRecord } from '../records';
import type { TensorSpec } from '../tensor';
import { withRecordingBackend } from './backend';

/** TensorFlow.js tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A pure function in TensorFlow.js operations. It maps the inputs of a call (`batch`) and trained tensors
 * (`parameters`) to named outputs. It is called once per set of shapes to be recorded.
 *
 * @example
 * const fn: ProgramFunction = ({ x }, { weight, bias }) => ({ y: linear(x, weight, bias) });
 */
export type ProgramFunction = (batch: Tensors, parameters: Tensors) => Tensors;

/** Shapes and types by name. */
export type Specs = Readonly<Record<string, TensorSpec>>;

/**
 * Records one call of `fn` on tensors of the given shapes. Nothing is computed.
 *
 * The program's inputs are the tensors of `batch` and `parameters`, whose names must differ.
 *
 * @throws RangeError for a name in both; Error for an operation without a kernel
 * @example
 * const program = record(fn, { x: { shape: [8, 4], dtype: 'float32' } }, parameters);
 */
export function record(fn: ProgramFunction, batch: Specs, parameters: Specs = {}): Program {
  const shared = Object.keys(batch).find((name) => name in parameters);
  if (shared !== undefined)
    throw new RangeError(`record: "${shared}" names a batch tensor and a parameter; rename one`);
  const { tape, result } = withRecordingBackend((backend) => {
    const inputs: Record<string, ValueId> = {};
    const place = (specs: Specs) =>
      mapRecord(specs, (spec, name) => {
        const tensor = backend.placeholder(spec);
        inputs[name] = backend.idOf(tensor);
        return tensor;
      });
    const outputs = fn(place(batch), place(parameters));
    return { inputs, outputs: mapRecord(outputs, (tensor) => backend.idOf(tensor)) };
  });
  return { ...tape, ...result };
}

/**
 * Name of the output with the gradient of the loss with respect to a parameter.
 *
 * @example
 * gradientName('weight'); // 'gradient:weight'
 */
export function gradientName(parameter: string): string {
  return `gradient:${parameter}`;
}

/** Whether an output is a gradient. */
export const isGradient = (output: string): boolean => output.startsWith(gradientName(''));

/**
 * The program with the gradients of its `loss` as additional outputs.
 *
 * @param fn a program with a scalar output `loss`
 * @param trainable names of parameters; a parameter that the loss does not depend on gets no output
 * @example
 * const program = record(withGradients(fn, ['weight']), batch, parameters);
 */
export function withGradients(fn: ProgramFunction, trainable: readonly string[]): ProgramFunction {
  return (batch, parameters) => {
    let outputs: Record<string, tf.Tensor> = {};
    const forward = () => {
      outputs = { ...fn(batch, parameters) };
      for (const output of Object.values(outputs)) tf.keep(output);
      return lossOf(outputs);
    };
    const { grads } = tf.engine().gradients(
      forward,
      trainable.map((name) => parameters[name]),
      undefined,
      true,
    );
    trainable.forEach((name, i) => {
      if (grads[i]) outputs[gradientName(name)] = grads[i];
    });
    return outputs;
  };
}

function lossOf({ loss }: Readonly<Record<string, tf.Tensor>>): tf.Tensor {
  if (!loss) throw new RangeError('training: the program has no output named "loss"; return one');
  if (loss.rank !== 0)
    throw new RangeError(`training: expected a scalar loss, got shape [${loss.shape}]; take its mean`);
  return loss;
}
