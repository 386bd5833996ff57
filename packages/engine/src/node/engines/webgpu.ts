import { AttuneError } from '../../attune-error';
import { createDeviceEngine } from '../../engines/device/engine';
import type { Engine } from '../../engines/engine';
import { float32 } from '../../tensor';
import { openWebgpuDevice } from './webgpu-device';

/**
 * Programs compiled to ONNX and run by onnxruntime on a GPU through WebGPU (Vulkan, Direct3D 12 or Metal).
 *
 * Parameters, gradients and moments stay on the device; of a step the batch and a bit for each element that dropout decides on
 * go in, and the loss and the program's outputs come out.
 *
 * @throws AttuneError ENGINE_UNAVAILABLE where there is no GPU that it can use
 */
export async function openWebgpuEngine(): Promise<Engine> {
  const device = openWebgpuDevice();
  try {
    const { probe } = await device.upload({ probe: float32([1]) });
    probe.release();
  } catch (cause) {
    await device.close();
    throw new AttuneError(
      'ENGINE_UNAVAILABLE',
      'openEngine: onnx-webgpu finds no GPU that it can use; install the driver of one and its Vulkan library, or use another engine',
      { cause },
    );
  }
  return createDeviceEngine('onnx-webgpu', device);
}
