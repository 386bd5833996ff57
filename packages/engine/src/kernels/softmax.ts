import type { Kernel } from './kernel';

/** Over the last dimension, shifted by the row's maximum. */
export const softmax: Kernel = {
  name: 'Softmax',
  infer: ({ logits }) => [logits],
  evaluate: ({ logits: { shape, data } }) => {
    const size = shape.at(-1)!;
    const out = new Float64Array(data.length);
    for (let start = 0; start < data.length; start += size) {
      const row = data.subarray(start, start + size);
      const max = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
      row.forEach((x, i) => {
        out[start + i] = Math.exp(x - max) / sum;
      });
    }
    return [out];
  },
  lower: {
    onnx: ({ inputs: { logits }, outputs: [out] }, graph) =>
      graph.emit('Softmax', [logits.name], [out.name], { axis: -1 }),
    tensorflow: ({ inputs: { logits } }, graph) => graph.op('Softmax', [logits.name]),
  },
};
