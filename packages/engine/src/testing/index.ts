export { replayFloat64 } from '../engines/replay/float64';
export { centralDifferences } from './central-differences';
export { type Difference, largestDifference } from './differences';
export type { EngineLimits, EngineTest } from './engine/engine-test';
export { testEngine } from './engine/test-engine';
export { type KernelCase, kernelCases } from './kernel-cases';
export { type OpCase, opCases } from './op-cases';
export { randomFloats, randomIntegers, randomPositive } from './random-tensors';
