import * as tf from '@tensorflow/tfjs-core';
import { callKernel, defineOp } from '../kernel/define-op';
import type { Kernel } from '../kernel/kernel';

type Values = Readonly<Record<string, tf.Tensor>>;

/**
 * Gradient checkpointing of a layer: only x is kept, and the backward pass recomputes the layer. Values and gradients are the same.
 *
 * @param layer a pure function of x and `values`; other tensors that it uses get no gradient
 * @param values further tensors that get a gradient
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

/** Gradients inside of a backward pass, whose tape is restored; zeros for inputs that y does not depend on. */
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
 * A second value equal to `x` that exists only after `after`: what follows from it is computed again, and not before.
 *
 * No pass sees through it, here or in a runtime: in a graph it selects between x and x, by whether a number of `after` equals
 * itself.
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
