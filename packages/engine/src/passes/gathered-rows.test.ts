import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { embedding } from '../ops/embedding';
import { withGradients } from '../record/gradients';
import { record, type Tensors } from '../record/record';
import { float32, int32 } from '../tensor';
import { gatheredRows } from './gathered-rows';

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
