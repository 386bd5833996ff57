import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { float32 } from '../tensor';
import { record } from './record';

const x = float32([1, 2]);

it('writes kernel calls with shapes and types, computing nothing', () => {
  const program = record(({ x }) => ({ y: tf.greater(tf.add(x, 1), 2) }), { x });
  expect(program.nodes.map(({ kernel }) => kernel)).toEqual(['Add', 'Greater']);
  expect(program.values[program.outputs.y]).toEqual({ shape: [2], dtype: 'bool' });
  expect([...program.constants.values()].map((data) => Array.from(data))).toEqual([[1], [2]]);
});

it('puts back the backend that was current, also after an error', async () => {
  await tf.setBackend('cpu');
  expect(() =>
    record(() => {
      throw new Error('mine');
    }, {}),
  ).toThrow('mine');
  expect(tf.getBackend()).toBe('cpu');
});

it('refuses what a program cannot do', () => {
  expect(() => record(({ x }) => ({ y: tf.scalar(x.dataSync()[0]) }), { x })).toThrow(/cannot read a tensor back/);
  expect(() => record(({ x }) => ({ y: tf.fft(tf.complex(x, x)) }), { x })).toThrow();
  expect(() => record(({ x }) => ({ y: x }), { x }, { x })).toThrow(/"x" names a batch tensor and a parameter/);
  expect(() => record(({ x }) => record(() => ({ x }), {}) as never, { x })).toThrow(/already under way/);
  let leaked: tf.Tensor | undefined;
  record(
    ({ x }) => {
      leaked = tf.keep(tf.neg(x));
      return { x };
    },
    { x },
  );
  expect(() => record(() => ({ y: tf.neg(leaked!) }), {})).toThrow(/another recording/);
});
