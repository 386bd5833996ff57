import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import type { CacheLimits } from '../compile/executable';
import { prepareReplay } from '../compile/replay';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

/**
 * The engine `cpu`: TensorFlow.js in plain JavaScript. Runs everywhere; exact and slow.
 *
 * @example
 * const engine = openCpuEngine();
 */
export function openCpuEngine(limits?: Partial<CacheLimits>): Engine {
  return createEngine('cpu', prepareReplay('cpu'), limits);
}

/** Options of `openWasmEngine`. */
export interface WasmOptions extends Partial<CacheLimits> {
  /** In a browser, the directory with the files `tfjs-backend-wasm*.wasm` of the package, ending with a slash. Default the script's own directory. */
  readonly wasmPath?: string;
}

/**
 * The engine `wasm`: TensorFlow.js on WebAssembly SIMD, in Node and browsers. About twenty times as fast as `cpu`, on one core in Node.
 *
 * @throws AttuneError ENGINE_UNAVAILABLE if the package `@tensorflow/tfjs-backend-wasm` is not installed or does not start
 * @example
 * const engine = await openWasmEngine();
 */
export async function openWasmEngine({ wasmPath, ...limits }: WasmOptions = {}): Promise<Engine> {
  try {
    const backend = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPath) backend.setWasmPaths(wasmPath);
    await startBackend();
  } catch (cause) {
    throw new AttuneError(
      'ENGINE_UNAVAILABLE',
      `openEngine: wasm does not start (${(cause as Error).message}); npm install @tensorflow/tfjs-backend-wasm@4.22.0, or use another engine`,
      { cause },
    );
  }
  return createEngine('wasm', prepareReplay('wasm'), limits);
}

/** Starts the backend and restores the current one. */
async function startBackend(): Promise<void> {
  const previous = tf.getBackend();
  if (!(await tf.setBackend('wasm'))) throw new Error('the backend failed to initialize');
  if (previous) await tf.setBackend(previous);
}
