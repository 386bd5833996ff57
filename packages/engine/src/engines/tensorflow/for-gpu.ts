import { denseClasses } from '../../passes/dense-classes';
import { hashMasks } from '../../passes/hashed-masks';
import type { Program } from '../../program';

/** A program as TensorFlow best runs it on a GPU: few bytes go there, and nothing that it would rather do on the processor. */
export const forGpu = (program: Program): Program => denseClasses(hashMasks(program));
