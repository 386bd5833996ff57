import * as tf from '@tensorflow/tfjs-core';

type Values = Readonly<Record<string, tf.Tensor>>;

/**
 * What `layer` makes of x, of which nothing but x is kept for the gradient: the layer is computed once more on the way back.
 * The numbers and the gradients are the same.
 *
 * @param layer a pure function of x and of `values`; what else it reads has no gradient
 * @param values what its gradient is taken by besides x
 * @see Chen et al.: Training Deep Nets with Sublinear Memory Cost (2016)
 * @example
 * const y = recomputed((x) => silu(tf.matMul(x, weight)), x, { weight });
 */
export function recomputed(layer: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, values: Values): tf.Tensor {
  const others = Object.values(values);
  return tf.customGrad((...args) => {
    const x = args[0] as tf.Tensor;
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    save([x]);
    return {
      value: layer(x),
      gradFunc: (dY, saved) => {
        const [x] = saved as tf.Tensor[];
        const again = tf.engine().runKernel('Recall', { x, after: dY }) as tf.Tensor;
        return gradients(() => layer(again), [again, ...others], dY);
      },
    };
  })(x, ...others);
}

/** Gradients on the way back of other ones, whose tape is put back; zeros by what y does not depend on. */
function gradients(forward: () => tf.Tensor, by: tf.Tensor[], dY: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine();
  const { activeTape } = state;
  try {
    const { grads } = tf.engine().gradients(forward, by, dY, true);
    return grads.map((gradient, i) => gradient ?? tf.zerosLike(by[i]));
  } finally {
    state.activeTape = activeTape;
  }
}
