export { replayFloat64 } from '../compile/replay';
export { centralDifferences, type Difference, largestDifference } from './differences';
export type { EngineLimits, EngineTest } from './engine-test';
export { type KernelCase, kernelCases } from './kernel-cases';
export { type OpCase, opCases } from './op-cases';
export { randomFloats, randomIntegers, randomPositive } from './random-tensors';
export { testEngine } from './test-engine';
