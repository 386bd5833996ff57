import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine';
import { float32 } from '../tensor';

/** Sides of the square matrices: the larger only where the smaller takes no time. */
const [small, large] = [192, 768];
const quick = 0.02;
const repeats = 3;

/**
 * Billions of floating-point operations a second in a matrix product, the best of three: what decides how fast an engine trains.
 * Takes about a tenth of a second, on a slow engine a few of them.
 */
export async function measureEngine(engine: Engine): Promise<number> {
  const first = await secondsFor(engine, small);
  return first < quick ? gflops(large, await secondsFor(engine, large)) : gflops(small, first);
}

const gflops = (side: number, seconds: number): number => (2 * side ** 3) / seconds / 1e9;

async function secondsFor(engine: Engine, side: number): Promise<number> {
  const program = engine.compile(({ a, b }) => ({ sum: tf.sum(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)) }));
  const matrix = float32(new Float32Array(side * side).fill(0.5), [side, side]);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    await program.run({ a: matrix, b: matrix });
    if (i > 0) best = Math.min(best, (performance.now() - start) / 1000); // the first run also compiles
  }
  return best;
}
