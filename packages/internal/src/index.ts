export { checkArgument, checkItems, checkOptions, type Items, type Table, type TableOf, texts } from './border/options';
export { isPromise, shownValue } from './border/shown-value';
export { didYouMean, suggest } from './border/suggest';
export { compareCodePoints } from './code-points';
export { AttuneError, type AttuneErrorCode, isAttuneError } from './errors';
export { JsonError, parseJson } from './json';
export { argMax, logSumExp } from './math';
export { reasonOf } from './reason';
export { type StopSignal, whileHeld } from './stop-signal';
