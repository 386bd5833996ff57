import { keyOf, normal, uniform } from '../random';
import { float32, type HostTensor, int32, sizeOf } from '../tensor';

/** Normal numbers that depend only on the seed. */
export function randomFloats(shape: readonly number[], seed: number): HostTensor {
  return float32(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => normal(keyOf(seed, i))),
    shape,
  );
}

/** Numbers in [low, low + 1): away from zero where a kernel needs it. */
export function randomPositive(shape: readonly number[], seed: number, low = 0.5): HostTensor {
  return float32(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => low + uniform(keyOf(seed, i))),
    shape,
  );
}

/** Integers in [0, end). */
export function randomIntegers(shape: readonly number[], seed: number, end: number): HostTensor {
  return int32(
    Int32Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(end * uniform(keyOf(seed, i)))),
    shape,
  );
}
