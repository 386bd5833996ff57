export { compareCodePoints } from './code-points';
export { AttuneError, type AttuneErrorCode, isAttuneError } from './errors';
export { JsonError, parseJson } from './json';
export { argMax, logSumExp } from './math';
export { reasonOf } from './reason';
export { type StopSignal, whileHeld } from './stop-signal';
