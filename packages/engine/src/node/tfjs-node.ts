import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import type { CacheLimits } from '../compile/executable';
import { prepareReplay } from '../compile/replay';
import { createEngine } from '../engines/create-engine';
import type { Engine } from '../engines/engine';
import { createTensorflowEngine } from '../engines/tensorflow';
import { multiplyInFloat32 } from './cuda-float32';
import { type TensorflowBinding, tensorflowLibrary } from './tfjs-node-library';

export type TfjsNodeName = 'tfjs-node' | 'tfjs-node-gpu';

/** How programs run: as TensorFlow graphs, or call by call. */
export type TfjsNodeMode = 'graph' | 'eager';

export interface TfjsNodeOptions extends Partial<CacheLimits> {
  /** Mode; default `graph`, or the environment variable ATTUNE_TFJS_NODE. */
  readonly mode?: TfjsNodeMode;
}

/** Backend name of both packages. */
const backend = 'tensorflow';

/**
 * The engines `tfjs-node` (TensorFlow on the processor) and `tfjs-node-gpu` (on an NVIDIA GPU).
 *
 * Programs become TensorFlow graphs that hold parameters, moments and optimizer as variables: a step transfers only the batch
 * in and the loss out. A program that a graph cannot hold runs call by call, with a warning; so do all programs in mode `eager`.
 *
 * Uses the package `@tensorflow/tfjs-node` or `-gpu` of the project in the current directory, otherwise the one installed next to this
 * package. `attune setup tfjs-node` installs it. A process can use only one of the two.
 *
 * @throws AttuneError ENGINE_UNAVAILABLE if the package is not installed or does not start, or finds no GPU
 * @example
 * const engine = await openTfjsNodeEngine('tfjs-node');
 */
export async function openTfjsNodeEngine(name: TfjsNodeName, options: TfjsNodeOptions = {}): Promise<Engine> {
  const { mode = requestedMode(), ...limits } = options;
  const wasLoaded = tf.findBackendFactory(backend) !== null;
  if (name === 'tfjs-node-gpu') prepareGpu();
  if (!wasLoaded)
    await quietly(() => loadPackage(`@tensorflow/${name}`)).catch((cause) => {
      const reason = `${name} does not start (${reasonOf(cause)})`;
      throw unavailable(`${reason}; run ${setupOf[name]}, or use another engine`, cause);
    });
  checkLoaded(name, wasLoaded);
  const fallback = prepareReplay(backend);
  if (mode === 'eager') return createEngine(name, fallback, limits);
  const { binding, isUsingGpuDevice: onGpu } = tf.findBackend(backend) as NodeBackend;
  const onNote = (note: string) => process.emitWarning(note);
  return createTensorflowEngine({ name, library: tensorflowLibrary(binding), fallback, onGpu, limits, onNote });
}

/** Environment variables that TensorFlow reads when it starts; otherwise it would reserve all GPU memory at once, and sum in any order. */
function prepareGpu(): void {
  multiplyInFloat32();
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_DETERMINISTIC_OPS ??= '1';
}

function requestedMode(): TfjsNodeMode {
  const mode = process.env.ATTUNE_TFJS_NODE || 'graph';
  if (mode === 'graph' || mode === 'eager') return mode;
  throw new AttuneError('ENGINE_UNAVAILABLE', `ATTUNE_TFJS_NODE: expected graph or eager, got "${mode}"; unset it`);
}

/** Checks that the loaded package is the requested one. Without a GPU, TensorFlow would silently compute on the processor. */
function checkLoaded(name: TfjsNodeName, wasLoaded: boolean): void {
  const loaded = tf.findBackend(backend) as NodeBackend | null;
  const wantsGpu = name === 'tfjs-node-gpu';
  if (loaded && loaded.isGPUPackage !== wantsGpu)
    throw unavailable(
      `${name} cannot be loaded, because this process already uses the other of tfjs-node and tfjs-node-gpu; use one per process`,
    );
  if (!wantsGpu || loaded?.isUsingGpuDevice) return;
  if (loaded && !wasLoaded) tf.removeBackend(backend); // makes room for tfjs-node
  throw unavailable(`${name} finds no GPU; install NVIDIA's driver, or use another engine`);
}

const setupOf = { 'tfjs-node': 'npx attune setup tfjs-node', 'tfjs-node-gpu': 'npx attune setup tfjs-node --gpu' };

const unavailable = (what: string, cause?: unknown) =>
  new AttuneError('ENGINE_UNAVAILABLE', `openEngine: ${what}`, { cause });

/** Fields of the packages' backend. */
interface NodeBackend extends tf.KernelBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: TensorflowBinding;
}

async function loadPackage(name: string): Promise<void> {
  const project = createRequire(join(process.cwd(), 'package.json'));
  replaceUtilities(project('node:util'));
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'; // its notes on the processor; warnings stay
  const path = pathIn(project, name);
  if (path) project(path);
  else await import(/* @vite-ignore */ name);
}

function pathIn(project: NodeJS.Require, name: string): string | undefined {
  try {
    return project.resolve(name);
  } catch {
    return undefined;
  }
}

/** Restores functions of `node:util` that the packages call. Node 22 warns of them, Node 23 no longer has them. */
function replaceUtilities(util: Record<string, unknown>): void {
  util.isArray = Array.isArray;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
}

/** Loads without TensorFlow.js's warnings about kernels that are already registered, and restores the current backend. */
async function quietly(body: () => Promise<void>): Promise<void> {
  const previous = tf.getBackend();
  const isProduction = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    await body();
  } finally {
    tf.env().set('PROD', isProduction);
    if (previous) tf.setBackend(previous);
  }
}

/** The first sentence of a message; the rest lists search paths and other ways to build the addon. */
function reasonOf(cause: unknown): string {
  const { message } = cause as Error;
  // In the words of Node's two module systems, and of bundlers.
  if (/^(Cannot find (package|module)|Could not resolve) ['"]@tensorflow\/tfjs-node/.test(message))
    return 'it is not installed';
  if (/can not be found at path/.test(message)) return 'its addon is not built';
  return message.split('\n')[0].trim().slice(0, 200);
}
