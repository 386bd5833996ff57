import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { record } from '../record/record';
import { float32 } from '../tensor';
import { hasLongArrays } from './long-arrays';

const mebibyte = 2 ** 18; // of numbers

/** Arrays of so many MiB one after the other, then a number of the last one joined. */
const programOf = (mebibytes: number, { times, joined = 0 }: { times: number; joined?: number }) =>
  record(
    ({ x }) => {
      const last = Array.from({ length: times }).reduce((y: tf.Tensor) => tf.exp(y), x);
      return { y: joined > 0 ? tf.concat(new Array(joined).fill(last)) : last };
    },
    { x: float32(new Float32Array(mebibytes * mebibyte)) },
    {},
  );

it('programs of arrays over 32 MiB have', () => {
  expect(hasLongArrays(programOf(32, { times: 2 }))).toBe(false);
  expect(hasLongArrays(programOf(33, { times: 2 }))).toBe(true);
});

it('programs of a few among many short ones have not', () => {
  expect(hasLongArrays(programOf(4, { times: 30, joined: 9 }))).toBe(false); // 36 of 156 MiB
  expect(hasLongArrays(programOf(4, { times: 20, joined: 9 }))).toBe(true); // 36 of 116
});
