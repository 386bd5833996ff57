// The suite for engines.

export type { EngineLimits, EngineTest } from './engine-test';
export { testEngine } from './test-engine';

// Cases of every kernel and operation.

export { type KernelCase, kernelCases } from './kernel-cases';
export { type OpCase, opCases } from './op-cases';

// References.

export { replayFloat64 } from '../compile/replay';
export { centralDifferences, largestDifference } from './differences';
