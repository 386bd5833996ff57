import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { linear } from '../ops/linear';
import { type ProgramFunction, record } from '../record/record';
import { float32 } from '../tensor';
import { isFactor } from './factors';

const matrix = float32([1, 2, 3, 4], [2, 2]);
const isFactorIn = (fn: ProgramFunction) =>
  isFactor(record(fn, { x: matrix, bias: float32([1, 2]) }, { w: matrix }), 'w');

it.each<[string, ProgramFunction, boolean]>([
  ['a product', ({ x }, { w }) => ({ y: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D) }), true],
  ['a linear layer', ({ x, bias }, { w }) => ({ y: linear(x, w, bias) }), true],
  ['the bias of one', ({ x, bias }, { w }) => ({ y: linear(x, x, tf.add(bias, tf.sum(w))) }), false],
  [
    'a product and a sum',
    ({ x }, { w }) => ({ y: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), z: tf.sum(w) }),
    false,
  ],
  ['a product and the output', ({ x }, { w }) => ({ y: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), w }), false],
  ['nothing', ({ x }) => ({ y: tf.neg(x) }), false],
])('says of an input that is read by %s whether products alone read it', (_, fn, expected) => {
  expect(isFactorIn(fn)).toBe(expected);
});
