import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { type ProgramFunction, record, type Tensors, withGradients } from '../record/record';
import { float32, int32 } from '../tensor';
import { gatheredRows, isFactor } from './input-uses';

const batch = { ids: int32([1, 2, 1]), others: int32([0]) };
const parameters = { table: float32([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), weight: float32([1, 2], [1, 2]) };
const rowsOf = (fn: (batch: Tensors, parameters: Tensors) => tf.Tensor) => {
  const program = (batch: Tensors, parameters: Tensors) => ({ loss: tf.sum(fn(batch, parameters)) });
  return gatheredRows(record(withGradients(program, ['table']), batch, parameters));
};

it('finds a table, with all indices it is read at, forward and backward', () => {
  const rows = rowsOf(({ ids, others }, { table, weight }) =>
    tf.mul(tf.concat([embedding(table, ids), embedding(table, others)], 0), weight),
  );
  expect(rows).toEqual(new Map([['table', ['ids', 'others']]]));
});

it.each([
  [
    'is multiplied too',
    ({ ids }, { table, weight }) =>
      tf.add(
        tf.sum(tf.matMul(table as tf.Tensor2D, weight as tf.Tensor2D, false, true)),
        tf.sum(embedding(table, ids)),
      ),
  ],
  ['is read at computed indices', ({ ids }, { table }) => embedding(table, tf.add(ids, tf.scalar(1, 'int32')))],
] as const satisfies readonly (readonly [string, (batch: Tensors, parameters: Tensors) => tf.Tensor])[])(
  'finds none that %s',
  (_, fn) => {
    expect(rowsOf(fn).size).toBe(0);
  },
);

it('finds none that is an output as it is', () => {
  const program = record(
    ({ ids }, { table }) => ({ table, rows: tf.gather(table, ids as tf.Tensor1D) }),
    batch,
    parameters,
  );
  expect(gatheredRows(program).size).toBe(0);
});

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
