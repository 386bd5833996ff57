import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel';

export interface OpDefinition<Inputs extends tf.Tensor[], Saved extends readonly tf.Tensor[]> {
  /** The value, and tensors to save for the gradient. */
  readonly forward: (...inputs: Inputs) => { readonly value: tf.Tensor; readonly saved: Saved };
  /** Gradients with respect to the inputs (one if there is one input), given the gradient with respect to the value. */
  readonly gradient: (dY: tf.Tensor, saved: Saved) => tf.Tensor | tf.Tensor[];
}

/**
 * Defines an operation with a custom gradient.
 *
 * @example
 * const double = defineOp({
 *   forward: (x: tf.Tensor) => ({ value: tf.mul(x, 2), saved: [] }),
 *   gradient: (dY) => tf.mul(dY, 2),
 * });
 */
export function defineOp<Inputs extends tf.Tensor[], const Saved extends readonly tf.Tensor[]>({
  forward,
  gradient,
}: OpDefinition<Inputs, Saved>): (...inputs: Inputs) => tf.Tensor {
  return tf.customGrad((...args) => {
    // TensorFlow.js passes a function that saves tensors after the inputs, which its types leave out.
    const [inputs, save] = [args.slice(0, -1), args.at(-1)] as unknown as [Inputs, tf.GradSaveFunc];
    const { value, saved } = forward(...inputs);
    save([...saved]);
    return { value, gradFunc: (dY, saved) => gradient(dY, saved as unknown as Saved) };
  });
}

type Arguments<A> = Record<string, never> extends A ? [attributes?: A] : [attributes: A];
type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Calls a kernel with one output. */
export const callKernel = <A>(kernel: Kernel<A>, inputs: Inputs, ...[attributes]: Arguments<A>): tf.Tensor =>
  tf.engine().runKernel(kernel.name, { ...inputs }, { ...attributes });

/** Calls a kernel with several outputs. */
export const callKernelForAll = <A>(kernel: Kernel<A>, inputs: Inputs, ...[attributes]: Arguments<A>): tf.Tensor[] =>
  tf.engine().runKernel(kernel.name, { ...inputs }, { ...attributes });
