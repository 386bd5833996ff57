import * as tf from '@tensorflow/tfjs-core';
import type { ProgramFunction } from './record';

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
