export { compareCodePoints } from './code-points';
export { AttuneError, type AttuneErrorCode, isAttuneError } from './errors';
export { jsonErrorOffset, parseJson } from './json';
export { argMax, logSumExp } from './math';
export { reasonOf } from './reason';
