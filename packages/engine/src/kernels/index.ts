import { dropoutMask } from '../ops/dropout';
import { geluErfKernel } from '../ops/gelu-erf';
import { dropoutKeys, dropoutSpans, hashedMask } from '../ops/hashed-mask';
import { layerNormKernel } from '../ops/layer-norm';
import { linearKernel } from '../ops/linear';
import { dropoutBits, unpackMask } from '../ops/packed-mask';
import { quantizedLinearKernel } from '../ops/quantized-linear';
import { rmsNormKernel } from '../ops/rms-norm';
import { ropeKernel } from '../ops/rope';
import { binaryKernels } from './binary';
import { classKernels } from './classes';
import { createKernels } from './create';
import { gatherKernels } from './gather';
import { joinKernels } from './join';
import type { Kernel } from './kernel';
import { batchMatMul } from './matmul';
import { recall } from './recall';
import { argMax, reduceKernels } from './reduce';
import { shapeKernels } from './shape';
import { softmax } from './softmax';
import { unaryKernels } from './unary';

const all: readonly Kernel[] = [
  ...binaryKernels,
  ...unaryKernels,
  ...reduceKernels,
  argMax,
  ...shapeKernels,
  ...joinKernels,
  ...createKernels,
  ...gatherKernels,
  ...classKernels,
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

/** Every kernel that a program can call, by name. */
export const kernels: ReadonlyMap<string, Kernel> = new Map(all.map((kernel) => [kernel.name, kernel]));

/** The kernel of that name. */
export function kernelOf(name: string): Kernel {
  const kernel = kernels.get(name);
  if (!kernel) throw new Error(`kernels: there is no kernel "${name}"; add it to kernels/index.ts`);
  return kernel;
}
