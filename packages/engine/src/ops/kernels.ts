import type { AnyKernel, Kernel } from '../kernel/kernel';
import { geluErfKernel } from './activations';
import { createKernels } from './create';
import { dropoutBits, dropoutKeys, dropoutSpans, hashedMask, unpackMask } from './dropout/device-masks';
import { dropoutMask } from './dropout/dropout';
import { binaryKernels, unaryKernels } from './elementwise';
import { gatherKernels } from './gather';
import { joinKernels } from './join';
import { batchMatMul, linearKernel } from './linear';
import { addToClass } from './losses';
import { layerNormKernel, rmsNormKernel } from './normalization';
import { quantizedLinearKernel } from './quantized/linear';
import { recall } from './recomputed';
import { argMax, reduceKernels } from './reduce';
import { ropeKernel } from './rope';
import { shapeKernels } from './shape';
import { logSoftmax, softmax } from './softmax';

const all: readonly AnyKernel[] = [
  ...binaryKernels,
  ...unaryKernels,
  ...reduceKernels,
  argMax,
  ...shapeKernels,
  ...joinKernels,
  ...createKernels,
  ...gatherKernels,
  logSoftmax,
  addToClass,
  batchMatMul,
  softmax,
  layerNormKernel,
  rmsNormKernel,
  ropeKernel,
  geluErfKernel,
  linearKernel,
  recall,
  quantizedLinearKernel,
  dropoutMask,
  dropoutBits,
  unpackMask,
  dropoutKeys,
  dropoutSpans,
  hashedMask,
];

/** Every kernel that a program can call, by name. The attributes of a node are those that its kernel was called with. */
export const kernels: ReadonlyMap<string, Kernel> = new Map(all.map((kernel) => [kernel.name, kernel as Kernel]));

/** The kernel of that name. */
export function kernelOf(name: string): Kernel {
  const kernel = kernels.get(name);
  if (!kernel) throw new Error(`kernels: there is no kernel "${name}"; add it to ops/kernels.ts`);
  return kernel;
}
