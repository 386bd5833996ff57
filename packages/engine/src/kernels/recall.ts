import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel';

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
