import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import { callKernel, defineOp } from '../kernel/define-op';
import type { Kernel, NamedNode } from '../kernel/kernel';

/** Forward pass of `rope`; with negated sines, its gradient. */
export const ropeKernel: Kernel = {
  name: 'Rope',
  infer: ({ x }) => [x],
  evaluate: ({ x, cosines, sines }) => {
    const y = new Float64Array(x.data.length);
    const [tokens, hidden] = x.shape;
    const half = cosines.shape[1];
    for (let token = 0; token < tokens; token++)
      for (let head = 0; head < hidden; head += 2 * half)
        for (let i = 0; i < half; i++) {
          const [cos, sin] = [cosines, sines].map(({ data }) => data[token * half + i]);
          const at = token * hidden + head + i;
          const [first, second] = [x.data[at], x.data[at + half]];
          y[at] = first * cos - second * sin;
          y[at + half] = second * cos + first * sin;
        }
    return [y];
  },
  lower: {
    onnx: (node, graph) => (graph.target === 'webgpu' ? turnInParts(node, graph) : turnAtOnce(node, graph)),
    tensorflow: ({ inputs: { x, cosines, sines } }, graph) => {
      const { pairs, angles, whole } = shapesOf(x.shape, cosines.shape);
      const joined = (parts: readonly string[]) =>
        graph.op('ConcatV2', [...parts, graph.integer(2)], { N: parts.length, Tidx: 'int32' });
      const own = graph.reshape(x.name, pairs);
      const split = graph.op('Split', [graph.integer(2), own], { T: graph.typeOf(own), num_split: 2 });
      const [first, second] = graph.outputsOf(split, 2);
      const [cos, sin] = [cosines, sines].map(({ name }) => graph.reshape(name, angles));
      const signed = joined([graph.op('Neg', [sin]), sin]);
      const turned = graph.op('Mul', [joined([second, first]), signed]);
      return graph.reshape(graph.op('AddV2', [graph.op('Mul', [own, cos]), turned]), whole);
    },
  },
  tfjs: ({ x, cosines, sines }) => {
    const { pairs, angles, whole } = shapesOf(x.shape, cosines.shape);
    const [first, second] = tf.split(tf.reshape(x, pairs), 2, 2); // [tokens, heads, 1, half]
    const [cos, sin] = [cosines, sines].map((own) => tf.reshape(own, angles));
    const turned = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
    return tf.reshape(tf.concat(turned, 2), whole);
  },
};

/** Shapes of the pairs, of the angles that multiply them, and of the tokens. */
function shapesOf([tokens, hidden]: readonly number[], [, half]: readonly number[]) {
  return { pairs: [tokens, hidden / (2 * half), 2, half], angles: [tokens, 1, 1, half], whole: [tokens, hidden] };
}

/** Writes onnxruntime's extension, for one row of tokens whose table of angles is that of the tokens. */
function turnAtOnce({ inputs: { x, cosines, sines }, outputs: [out] }: NamedNode, graph: OnnxGraph): void {
  const row = graph.compute('Reshape', [x.name, graph.int64([1, ...x.shape])]);
  const inputs = [row, graph.int64([0]), cosines.name, sines.name];
  const turned = graph.compute('RotaryEmbedding', inputs, {}, 'com.microsoft');
  graph.emit('Reshape', [turned, graph.int64(out.shape)], [out.name]);
}

/** Writes the rotation in ONNX's own operators: x · cos + (halves of x exchanged) · (−sin, sin). */
export function turnInParts({ inputs: { x, cosines, sines }, outputs: [out] }: NamedNode, graph: OnnxGraph): void {
  const { pairs, angles, whole } = shapesOf(x.shape, cosines.shape);
  const reshaped = (name: string, shape: readonly number[]) => graph.compute('Reshape', [name, graph.int64(shape)]);
  const own = reshaped(x.name, pairs);
  const halves = [graph.temporary(), graph.temporary()];
  graph.emit('Split', [own, graph.int64([1, 1])], halves, { axis: 2 });
  const exchanged = graph.compute('Concat', halves.toReversed(), { axis: 2 });
  const [cos, sin] = [cosines, sines].map(({ name }) => reshaped(name, angles));
  const signed = graph.compute('Concat', [graph.compute('Neg', [sin]), sin], { axis: 2 });
  const turned = graph.compute('Add', [graph.compute('Mul', [own, cos]), graph.compute('Mul', [exchanged, signed])]);
  graph.emit('Reshape', [turned, graph.int64(whole)], [out.name]);
}

/** Cosines and sines of the angles of each token, [tokens, headDim / 2] each. */
export interface Rotation {
  /** [tokens, headDim / 2] */
  readonly cosines: tf.Tensor;
  /** [tokens, headDim / 2] */
  readonly sines: tf.Tensor;
}

/**
 * Angles of each token: its position times each frequency, as cosines and sines.
 *
 * @param positionIds [tokens] int32: the position within the sequence
 * @param frequencies headDim / 2 numbers, in radians per position
 * @example
 * const rotation = rotationOf(positionIds, [1, 0.01]); // headDim 4
 */
export function rotationOf(positionIds: tf.Tensor, frequencies: readonly number[]): Rotation {
  const positions = tf.reshape(tf.cast(positionIds, 'float32'), [-1, 1]); // [tokens, 1]
  const angles = tf.mul(positions, tf.tensor2d([...frequencies], [1, frequencies.length])); // [tokens, headDim / 2]
  return { cosines: tf.cos(angles), sines: tf.sin(angles) };
}

/**
 * Rotary position embedding: rotates the pair (x[i], x[i + headDim / 2]) of each head by the token's i-th angle.
 *
 * The gradient is rotated back by the same angles. As in Hugging Face's checkpoints, the elements of a pair are half a head apart.
 *
 * @param x [tokens, heads · headDim]
 * @returns the same shape
 * @see Su et al.: RoFormer (2021); transformers' `apply_rotary_pos_emb`
 * @example
 * const turned = rope(query, rotationOf(positionIds, [1, 0.01])); // headDim 4
 */
export function rope(x: tf.Tensor, { cosines, sines }: Rotation): tf.Tensor {
  const turn = (x: tf.Tensor, sines: tf.Tensor) => callKernel(ropeKernel, { x, cosines, sines });
  return defineOp({
    forward: (x: tf.Tensor) => ({ value: turn(x, sines), saved: [] }),
    gradient: (dY) => turn(dY, tf.neg(sines)),
  })(x);
}
