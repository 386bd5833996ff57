import * as tf from '@tensorflow/tfjs-core';
import { callKernel, defineOp } from '../kernel/define-op';
import type { Kernel } from '../kernel/kernel';

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
  return defineOp({
    forward: (x: tf.Tensor, ..._others: tf.Tensor[]) => ({ value: layer(x), saved: [x] }),
    gradient: (dY, [x]) => {
      const again = callKernel(recall, { x, after: dY });
      return gradients(() => layer(again), [again, ...others], dY);
    },
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

/**
 * `x` again, as a value of its own that is there only once `after` is: what is computed from it is computed anew, and not before.
 *
 * No pass of ours sees through it, nor does a runtime's: in a graph it is a choice between x and x, by whether a number of
 * `after` equals itself.
 */
export const recall: Kernel = {
  name: 'Recall',
  infer: ({ x }) => [x],
  evaluate: ({ x }) => [x.data],
  lower: {
    onnx: ({ inputs: { x, after }, outputs: [out] }, graph) => {
      const [flat, number, isSame] = [graph.temporary(), graph.temporary(), graph.temporary()];
      graph.emit('Reshape', [after.name, graph.int64([-1])], [flat]);
      graph.emit('Gather', [flat, graph.scalar(0, 'int32')], [number], { axis: 0 });
      graph.emit('Equal', [number, number], [isSame]);
      graph.emit('Where', [isSame, x.name, x.name], [out.name]);
    },
    tensorflow: ({ inputs: { x, after } }, graph) =>
      graph.effect('Identity', [x.name], { T: x.dtype }, { after: [after.name], result: x.dtype }),
  },
  tfjs: ({ x }) => tf.clone(x),
};
