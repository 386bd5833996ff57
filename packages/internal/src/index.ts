export { compareCodePoints } from './code-points';
export { AttuneError, type AttuneErrorCode, isAttuneError } from './errors';
export { argMax, logSumExp } from './math';
export { type StopSignal, whileHeld } from './stop-signal';
