import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Program, ValueId } from '../program';
import { mapRecord } from '../records';
import type { TensorSpec } from '../tensor';
import { withRecordingBackend } from './backend';

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A pure function in TensorFlow.js operations: what changes from call to call (`batch`) and what is learned
 * (`parameters`) in, named tensors out. It is called once for each set of shapes, to be recorded.
 */
export type ProgramFunction = (batch: Tensors, parameters: Tensors) => Tensors;

export type Specs = Readonly<Record<string, TensorSpec>>;

/**
 * Records one call of `fn` on tensors of the given shapes.
 *
 * Inputs of the program are the names of `batch` and `parameters` together, which must differ.
 * @throws RangeError for a name that is in both; Error for an operation that has no kernel here.
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

/** The name of the output that holds the gradient of the loss by a parameter. */
export function gradientName(parameter: string): string {
  return `gradient:${parameter}`;
}

/**
 * The program that also derives its `loss` by parameters.
 *
 * @param fn a program with a scalar output `loss`
 * @param trainable names of the parameters to derive by; one that the loss does not depend on gets no output
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
