import { AttuneError } from '@attune/internal';
import type { Engine } from '../engines/engine';
import { openCpuEngine, openWasmEngine } from '../engines/tfjs';
import type { OnnxOptions } from './onnx';
import type { TfjsNodeName } from './tfjs-node';

/** An engine in the list, by name. */
export interface ListedEngine {
  /** Name of the engine, such as `onnx`. */
  readonly name: string;
  /** @throws AttuneError ENGINE_UNAVAILABLE with the reason if it does not work on this machine */
  readonly open: (options: OnnxOptions) => Promise<Engine>;
  /** Command that makes it work. */
  readonly fix: string;
  /** Whether it computes on a GPU. A software GPU is never selected. */
  readonly needsGpu?: boolean;
}

/** All engines, those most likely to be fast first. */
export const engines = [
  {
    name: 'onnx-webgpu',
    open: openWebgpu,
    fix: 'install the driver of a GPU and its Vulkan library (Debian: apt-get install libvulkan1 mesa-vulkan-drivers)',
    needsGpu: true,
  },
  {
    name: 'onnx-cuda',
    open: openCuda,
    fix: 'npm rebuild onnxruntime-node --ignore-scripts=false (with CUDA 12 and cuDNN 9 on the machine)',
    needsGpu: true,
  },
  {
    name: 'tfjs-node-gpu',
    open: (options) => openTfjsNode('tfjs-node-gpu', options),
    fix: 'npx attune setup tfjs-node --gpu',
    needsGpu: true,
  },
  { name: 'tfjs-node', open: (options) => openTfjsNode('tfjs-node', options), fix: 'npx attune setup tfjs-node' },
  { name: 'onnx', open: openOnnx, fix: 'npm install --ignore-scripts onnxruntime-node@1.30.0' },
  { name: 'wasm', open: openWasmEngine, fix: 'npm install @tensorflow/tfjs-backend-wasm@4.22.0' },
  {
    name: 'cpu',
    open: async (options) => openCpuEngine(options),
    fix: 'npm install @tensorflow/tfjs-backend-cpu@4.22.0',
  },
] as const satisfies readonly ListedEngine[];

/** Name of an engine. */
export type EngineName = (typeof engines)[number]['name'];

/** The names of all engines, in the order of the list. */
export const engineNames: readonly EngineName[] = engines.map(({ name }) => name);

async function openOnnx(options: OnnxOptions): Promise<Engine> {
  try {
    const { openOnnxEngine } = await import('./onnx');
    return openOnnxEngine(options);
  } catch (cause) {
    throw new AttuneError(
      'ENGINE_UNAVAILABLE',
      `openEngine: onnxruntime-node does not load (${(cause as Error).message}); reinstall it, or use --engine cpu`,
      { cause },
    );
  }
}

async function openWebgpu(): Promise<Engine> {
  const { openWebgpuEngine } = await import('./onnx-webgpu');
  return openWebgpuEngine();
}

async function openCuda(options: OnnxOptions): Promise<Engine> {
  const { openCudaEngine } = await import('./onnx-cuda');
  return openCudaEngine(options);
}

async function openTfjsNode(name: TfjsNodeName, options: OnnxOptions): Promise<Engine> {
  const { openTfjsNodeEngine } = await import('./tfjs-node');
  return openTfjsNodeEngine(name, options);
}
