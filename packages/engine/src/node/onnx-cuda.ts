import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine';
import { float32 } from '../tensor';
import { multiplyInFloat32 } from './cuda-float32';
import { engineOn, type OnnxOptions } from './onnx';

/**
 * The engine `onnx-cuda`: programs compiled to ONNX and run by onnxruntime on an NVIDIA GPU with CUDA, always in float32.
 *
 * Parameters are kept in ordinary memory and the optimizer runs on the processor, because onnxruntime-node cannot keep tensors on the GPU.
 * Each step copies parameters in and gradients out. Needs CUDA and cuDNN on the machine, and onnxruntime's CUDA files, which the install
 * script of onnxruntime-node downloads.
 *
 * @throws AttuneError ENGINE_UNAVAILABLE if one of these is missing
 */
export async function openCudaEngine(options: OnnxOptions = {}): Promise<Engine> {
  const files = providerFiles();
  const missing = files.find((path) => !existsSync(path));
  if (missing)
    throw unavailable(
      `onnx-cuda lacks onnxruntime's CUDA files (${missing}); fetch them with npm rebuild onnxruntime-node --ignore-scripts=false, or use another engine`,
    );
  multiplyInFloat32();
  const engine = engineOn('cuda', 'onnx-cuda', options);
  try {
    const double = engine.compile(({ x }) => ({ y: tf.add(x, x) }));
    await double.run({ x: float32([1]) });
    return engine;
  } catch (cause) {
    await engine.close();
    const [reason] = (cause as Error).message.split('\n');
    throw unavailable(
      `onnx-cuda does not start (${reason}); install NVIDIA's driver, and CUDA and cuDNN in the versions that onnxruntime-node requires, or use another engine`,
      cause,
    );
  }
}

/** Libraries that onnxruntime loads for CUDA. */
function providerFiles(): string[] {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const { platform, arch } = process;
  const directory = join(dirname(entry), '..', 'bin', 'napi-v6', platform, arch);
  const name = (part: string) =>
    platform === 'win32' ? `onnxruntime_providers_${part}.dll` : `libonnxruntime_providers_${part}.so`;
  return ['shared', 'cuda'].map((part) => join(directory, name(part)));
}

const unavailable = (what: string, cause?: unknown) =>
  new AttuneError('ENGINE_UNAVAILABLE', `openEngine: ${what}`, { cause });
