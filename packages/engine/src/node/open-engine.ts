import { AttuneError } from '../attune-error';
import type { Engine } from '../engines/engine';
import { openCpuEngine } from '../engines/replay/engine';
import { openWasmEngine } from '../engines/replay/wasm';
import type { OnnxOptions } from './engines/onnx';

export const engineNames = ['onnx', 'wasm', 'cpu'] as const;

export type EngineName = (typeof engineNames)[number];

export interface EngineOptions extends OnnxOptions {
  /** `auto` is the fastest that works here; the environment variable ATTUNE_ENGINE overrides it. */
  readonly name?: EngineName | 'auto';
}

/**
 * Opens the engine that programs run on.
 *
 * @throws AttuneError ENGINE_UNKNOWN for a name that is none, ENGINE_UNAVAILABLE where it does not load
 */
export async function openEngine({ name = 'auto', ...options }: EngineOptions = {}): Promise<Engine> {
  const wanted = name === 'auto' ? (process.env.ATTUNE_ENGINE ?? 'auto') : name;
  if (wanted === 'auto') return openOnnx(options).catch(() => openCpuEngine(options));
  if (wanted === 'onnx') return openOnnx(options);
  if (wanted === 'wasm') return openWasmEngine(options);
  if (wanted === 'cpu') return openCpuEngine(options);
  throw new AttuneError(
    'ENGINE_UNKNOWN',
    `openEngine: there is no engine "${wanted}"; use ${engineNames.join(', ')} or auto`,
  );
}

async function openOnnx(options: OnnxOptions): Promise<Engine> {
  try {
    const { openOnnxEngine } = await import('./engines/onnx');
    return openOnnxEngine(options);
  } catch (cause) {
    throw new AttuneError(
      'ENGINE_UNAVAILABLE',
      `openEngine: onnxruntime-node does not load (${(cause as Error).message}); reinstall it, or use --engine cpu`,
      { cause },
    );
  }
}
