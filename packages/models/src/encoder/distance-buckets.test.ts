import { int32, record } from '@attune/engine';
import { replayFloat64 } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { bucketOf, bucketsOf, t5Buckets } from './distance-buckets';

/** transformers' `relative_position_bucket`, 32 buckets and a `max_distance` of 128, in float32 as torch computes it. */
function formula(distance: number): number {
  const n = Math.abs(distance);
  const round = Math.fround;
  const steps = round(round(round(Math.log(round(n / 8))) / round(Math.log(16))) * 8);
  const bucket = n < 8 ? n : Math.min(8 + Math.trunc(steps), 15);
  return distance > 0 ? 16 + bucket : bucket;
}

const distances = Array.from({ length: 1201 }, (_, i) => i - 600);

it('has the buckets of the formula, at every distance up to 600', () => {
  expect(distances.map((distance) => bucketOf(distance, t5Buckets))).toEqual(distances.map(formula));
});

it('has the buckets that transformers gives', () => {
  const of = (...list: number[]) => list.map((distance) => bucketOf(distance, t5Buckets));
  expect(of(0, -1, -7, -8, -11, -12, -15, -16, -22, -23)).toEqual([0, 1, 7, 8, 8, 9, 9, 10, 10, 11]);
  expect(of(-31, -32, -45, -46, -63, -64, -90, -91, -9999)).toEqual([11, 12, 12, 13, 13, 14, 14, 15, 15]);
  expect(of(1, 8, 16, 63, 64, 91, 128, 511)).toEqual([17, 24, 26, 29, 30, 31, 31, 31]);
});

it('looks them up in a program', () => {
  const batch = { distances: int32([...distances, -50_000, 50_000], [1, distances.length + 2]) };
  const program = record(({ distances }) => ({ buckets: bucketsOf(distances, t5Buckets) }), batch);
  const { data, shape } = replayFloat64(program, batch).buckets;
  expect(shape).toEqual([1, 1203]);
  expect([...data]).toEqual([...distances.map(formula), 15, 31]);
});
