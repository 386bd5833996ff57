import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { replayFloat64 } from '../../compile/replay';
import { record } from '../../record/record';
import { float32, int32 } from '../../tensor';
import { dropout } from './dropout';

interface Layout {
  readonly seed: readonly number[];
  readonly sequenceIds: readonly (readonly number[])[];
  readonly positionIds: readonly number[];
  readonly op?: number;
  readonly rate?: number;
}

function maskOf(shape: readonly number[], { seed, sequenceIds, positionIds, op = 0, rate = 0.25 }: Layout): number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const inputs = {
    x: float32(new Float32Array(size).fill(1), shape),
    seed: int32(seed),
    sequenceIds: int32(sequenceIds.flat(), [sequenceIds.length, sequenceIds[0].length]),
    positionIds: int32(positionIds),
  };
  const program = record(
    ({ x, seed, sequenceIds, positionIds }) => ({
      y: dropout(x, { seed, sequenceIds, positionIds }, { rate, op }),
    }),
    inputs,
  );
  return Array.from(replayFloat64(program, inputs).y.data);
}

const alone = { seed: [1, 0], sequenceIds: [[5, 5]], positionIds: [0, 1] };

it('drops about its rate, scales the rest, and repeats bit by bit', () => {
  const sequenceIds = Array.from({ length: 50 }, (_, i) => [i, i]);
  const positionIds = sequenceIds.flatMap(() => [0, 1]);
  const mask = maskOf([100, 64], { seed: [1, 0], sequenceIds, positionIds });
  const dropped = mask.filter((x) => x === 0).length / mask.length;
  expect(dropped).toBeGreaterThan(0.23);
  expect(dropped).toBeLessThan(0.27);
  expect(mask.find((x) => x !== 0)).toBeCloseTo(1 / 0.75, 6);
  expect(maskOf([100, 64], { seed: [1, 0], sequenceIds, positionIds })).toEqual(mask);
});

it('depends on seed, step and op', () => {
  const masks = [
    maskOf([2, 32], alone),
    maskOf([2, 32], { ...alone, seed: [2, 0] }),
    maskOf([2, 32], { ...alone, seed: [1, 1] }),
    maskOf([2, 32], { ...alone, op: 1 }),
  ].map(String);
  expect(new Set(masks).size).toBe(4);
});

it('drops the same for a sequence wherever it lies', () => {
  const own = maskOf([2, 16], alone);
  const packed = maskOf([4, 16], { seed: [1, 0], sequenceIds: [[2, 5, 5, -1]], positionIds: [0, 0, 1, 0] });
  expect(packed.slice(16, 48)).toEqual(own);
});

it('drops the same attention for a sequence wherever it lies, and none across sequences', () => {
  const own = maskOf([1, 2, 2, 2], alone); // [row, head, query, key]
  const packed = maskOf([1, 2, 4, 4], { seed: [1, 0], sequenceIds: [[2, 5, 5, -1]], positionIds: [0, 0, 1, 0] });
  const at = (head: number, query: number, key: number) => packed[(head * 4 + query) * 4 + key];
  const cut = [0, 1].flatMap((head) => [1, 2].flatMap((query) => [1, 2].map((key) => at(head, query, key))));
  expect(cut).toEqual(own);
  expect(at(0, 0, 1)).toBe(0);
});

it('is the identity without a source or a rate', () => {
  const program = record(({ x }) => ({ y: tf.neg(dropout(x, undefined, { rate: 0.5, op: 0 })) }), { x: float32([1]) });
  expect(program.nodes.map((node) => node.kernel)).toEqual(['Neg']);
});
