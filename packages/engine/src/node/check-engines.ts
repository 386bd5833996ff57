import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine';
import { float32 } from '../tensor';
import { engines, type ListedEngine } from './engine-list';

/** Result of checking an engine on this machine. */
export interface EngineCheck {
  /** Name of the engine, one of `engineNames`. */
  readonly name: string;
  /** Whether it could be opened and computed a matrix product. */
  readonly works: boolean;
  /** Billions of floating-point operations per second in a matrix product, if it works. */
  readonly gflops?: number;
  /** Reason why it does not work. */
  readonly why?: string;
  /** Command that fixes it. */
  readonly fix?: string;
}

/**
 * Opens and measures engines in turn, default all. Downloads nothing.
 *
 * @example
 * const [fastest] = (await checkEngines()).filter(({ works }) => works).sort((a, b) => b.gflops! - a.gflops!);
 */
export async function checkEngines(which: readonly ListedEngine[] = engines): Promise<EngineCheck[]> {
  const checks: EngineCheck[] = [];
  for (const engine of which) checks.push(await checkEngine(engine));
  return checks;
}

/** Opens and measures one engine. */
export async function checkEngine({ name, open, fix }: ListedEngine): Promise<EngineCheck> {
  try {
    const engine = await open({});
    try {
      return { name, works: true, gflops: await measureEngine(engine) };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { name, works: false, why: (error as Error).message, fix };
  }
}

/** Sizes of the square matrices; the larger is used if the smaller takes too little time. */
const [small, large] = [128, 768];
const quick = 0.02;

const measured = new WeakMap<Engine, Promise<number>>();

/**
 * Measures the speed of a matrix product in billions of floating-point operations per second, which determines training speed.
 * Takes about a tenth of a second, once per engine.
 *
 * @example
 * const gflops = await measureEngine(engine);
 */
export function measureEngine(engine: Engine): Promise<number> {
  const speed = measured.get(engine) ?? measure(engine);
  measured.set(engine, speed);
  return speed;
}

async function measure(engine: Engine): Promise<number> {
  const first = await secondsFor(engine, small, 1);
  return first < quick ? gflops(large, await secondsFor(engine, large, 3)) : gflops(small, first);
}

const gflops = (side: number, seconds: number): number => (2 * side ** 3) / seconds / 1e9;

/** Time of the fastest of several runs, after one that also compiles. */
async function secondsFor(engine: Engine, side: number, runs: number): Promise<number> {
  const program = engine.compile(({ a, b }) => ({ sum: tf.sum(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)) }));
  const matrix = float32(new Float32Array(side * side).fill(0.5), [side, side]);
  const inputs = { a: matrix, b: matrix };
  await program.run(inputs);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await program.run(inputs);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}
