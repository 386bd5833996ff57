import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { record } from '../record/record';
import { int32 } from '../tensor';
import { randomFloats } from '../testing/random-tensors';
import { attention, sequenceBias, splitHeads } from './attention';

const keys = { keyIds: int32([4, 4, 4, 5, 5, -1], [1, 6]), keyPositions: int32([0, 1, 2, 0, 1, 0], [1, 6]) };
// The second token of one sequence, and the first of the next.
const inputs = { ...keys, queryIds: int32([4, 5], [1, 2]), queryPositions: int32([1, 0], [1, 2]) };

/** Which of six keys each query sees. */
function seen(isCausal: boolean, window?: number): string[] {
  const program = record(({ queryIds, keyIds, queryPositions, keyPositions }) => {
    const causal = isCausal ? { queries: queryPositions, keys: keyPositions, window } : undefined;
    return { bias: sequenceBias(queryIds, keyIds, causal) };
  }, inputs);
  const { data, shape } = replayFloat64(program, inputs).bias;
  expect(shape).toEqual([1, 1, 2, 6]);
  return [0, 1].map((query) =>
    Array.from(data.subarray(query * 6, query * 6 + 6), (bias) => (bias === 0 ? 'x' : '.')).join(''),
  );
}

it('shows a query the keys of its own sequence, and of these only the earlier ones where it looks back', () => {
  expect(seen(false)).toEqual(['xxx...', '...xx.']);
  expect(seen(true)).toEqual(['xx....', '...x..']);
});

it('shows a query the last keys alone where it has a window', () => {
  expect(seen(true, 2)).toEqual(['xx....', '...x..']);
  expect(seen(true, 1)).toEqual(['.x....', '...x..']);
});

it('gives past keys and values what it gives them before the others, and copies none of them', () => {
  const inputs = {
    ...{ query: randomFloats([4, 8], 1), key: randomFloats([4, 4], 2), value: randomFloats([4, 4], 3) },
    ...{
      pastKey: randomFloats([2, 2, 3, 2], 4),
      pastValue: randomFloats([2, 2, 3, 2], 5),
      bias: randomFloats([2, 1, 2, 5], 6),
    },
  };
  const options = { heads: 4, keyValueHeads: 2, dropout: (x: tf.Tensor) => x };
  const apart = record(({ query, key, value, pastKey, pastValue, bias }) => {
    const past = { key: pastKey, value: pastValue };
    return { context: attention({ query, key, value, past, bias, ...options }) };
  }, inputs);
  const together = record(({ query, pastKey, pastValue, bias, ...own }) => {
    const [key, value] = [
      [pastKey, own.key],
      [pastValue, own.value],
    ].map(([past, x]) => tf.concat([past, splitHeads(x, { rows: 2, heads: 2 })], 2));
    return { context: attention({ query, key, value, bias, ...options }) };
  }, inputs);
  const [got, expected] = [apart, together].map((program) => replayFloat64(program, inputs).context.data);
  expected.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 12));
  const joined = apart.nodes.filter(({ kernel }) => kernel === 'Concat').flatMap(({ outputs }) => outputs);
  expect(joined.map((value) => apart.values[value].shape)).toEqual([[2, 2, 4, 5]]); // the scores
});
