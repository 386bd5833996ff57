import type { Float64Tensor, Kernel } from './kernel';

/** Over the last dimension, shifted by the row's maximum. */
function rows(
  { shape, data }: Float64Tensor,
  write: (out: Float64Array, start: number, max: number, sum: number, size: number) => void,
) {
  const size = shape.at(-1)!;
  const out = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += size) {
    const row = data.subarray(start, start + size);
    const max = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
    write(out, start, max, sum, size);
  }
  return [out];
}

export const softmax: Kernel = {
  name: 'Softmax',
  infer: ({ logits }) => [logits],
  evaluate: ({ logits }) =>
    rows(logits, (out, start, max, sum, size) => {
      for (let i = start; i < start + size; i++) out[i] = Math.exp(logits.data[i] - max) / sum;
    }),
  lower: {
    onnx: ({ inputs: { logits }, outputs: [out] }, graph) =>
      graph.emit('Softmax', [logits.name], [out.name], { axis: -1 }),
  },
};

export const logSoftmax: Kernel = {
  name: 'LogSoftmax',
  infer: ({ logits }) => [logits],
  evaluate: ({ logits }) =>
    rows(logits, (out, start, max, sum, size) => {
      for (let i = start; i < start + size; i++) out[i] = logits.data[i] - max - Math.log(sum);
    }),
  lower: {
    onnx: ({ inputs: { logits }, outputs: [out] }, graph) =>
      graph.emit('LogSoftmax', [logits.name], [out.name], { axis: -1 }),
  },
};
