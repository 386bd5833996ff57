import type { Padding } from './padding';
import type { Truncation } from './truncation';

export interface TruncationOptions {
  /** The most tokens an encoding may have, special tokens included. */
  maxLength: number;
  /** Default `longest_first`. */
  strategy?: Truncation['strategy'];
  /** Tokens that each overflowing part repeats from the part before it; default 0. */
  stride?: number;
  /** The end that is cut off; default `right`. */
  direction?: Truncation['direction'];
}

export interface PaddingOptions {
  /** The length to pad to; by default that of the longest. */
  length?: number;
  /** Rounds the length up to a multiple of this. */
  padToMultipleOf?: number;
  /** The end at which padding is added; default `right`. */
  direction?: Padding['direction'];
  /** Default: the tokenizer's. */
  padId?: number;
  /** Default 0. */
  padTypeId?: number;
}

export interface EncodeOptions {
  /** Whether to add the template's special tokens; default true. */
  addSpecialTokens?: boolean;
  /** `undefined`: as the tokenizer's file says; `false`: none. */
  truncation?: false | TruncationOptions;
  /** `undefined`: as the tokenizer's file says; `false`: none. */
  padding?: false | PaddingOptions;
}

/** Options as they apply, checked. */
export interface Settings {
  addSpecialTokens: boolean;
  truncation: Truncation | undefined;
  padding: Padding | undefined;
}

/** What applies where options say nothing. */
export interface Defaults {
  truncation: Truncation | undefined;
  padding: Padding | undefined;
  padId: number;
}

/** Fills in the defaults. `where` is the function that error messages name. */
export function resolveOptions(where: string, options: EncodeOptions, defaults: Defaults): Settings {
  const { addSpecialTokens = true } = options;
  if (typeof addSpecialTokens !== 'boolean') {
    throw new TypeError(`${where}: addSpecialTokens expected a boolean, got ${describe(addSpecialTokens)}`);
  }
  return {
    addSpecialTokens,
    truncation: chosen(options.truncation, defaults.truncation, (given) => resolveTruncation(where, given)),
    padding: chosen(options.padding, defaults.padding, (given) => resolvePadding(where, given, defaults.padId)),
  };
}

function chosen<Given extends object, Value>(
  option: false | Given | undefined,
  fallback: Value | undefined,
  resolve: (given: Given) => Value,
): Value | undefined {
  if (option === false) return undefined;
  return option === undefined ? fallback : resolve(option);
}

/** `maxLength` is checked where it is known how many special tokens it has to hold. */
function resolveTruncation(where: string, given: TruncationOptions): Truncation {
  checkObject(where, 'truncation', given);
  const { maxLength, strategy = 'longest_first', stride = 0, direction = 'right' } = given;
  checkInteger(where, 'stride', stride, 0);
  checkOneOf(where, 'strategy', strategy, ['longest_first', 'only_first', 'only_second']);
  checkOneOf(where, 'direction', direction, ['right', 'left']);
  return { maxLength, strategy, stride, direction };
}

function resolvePadding(where: string, given: PaddingOptions, defaultPadId: number): Padding {
  checkObject(where, 'padding', given);
  const { length, padToMultipleOf = 0, direction = 'right', padId = defaultPadId, padTypeId = 0 } = given;
  if (length !== undefined) checkInteger(where, 'padding.length', length, 0);
  checkInteger(where, 'padToMultipleOf', padToMultipleOf, 0);
  checkInteger(where, 'padId', padId, 0);
  checkInteger(where, 'padTypeId', padTypeId, 0);
  checkOneOf(where, 'direction', direction, ['right', 'left']);
  return { length: length ?? 'longest', padToMultipleOf, direction, padId, padTypeId };
}

/** Throws unless `value` is an integer, `least` or more. */
export function checkInteger(where: string, name: string, value: unknown, least: number): void {
  const expected = `an integer ≥ ${least}`;
  if (typeof value !== 'number') throw new TypeError(`${where}: ${name} expected ${expected}, got ${describe(value)}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${where}: ${name} expected ${expected}, got ${value}`);
  }
}

/** Throws unless `value` is a string. */
export function checkString(where: string, name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${where}: ${name} expected a string, got ${describe(value)}`);
}

/** Throws unless `value` is an array of strings. */
export function checkStrings(where: string, name: string, value: unknown): void {
  if (!Array.isArray(value))
    throw new TypeError(`${where}: ${name} expected an array of strings, got ${describe(value)}`);
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'string') checkString(where, `${name}[${i}]`, value[i]);
  }
}

function checkObject(where: string, name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${where}: ${name} expected false or an object, got ${describe(value)}`);
  }
}

function checkOneOf(where: string, name: string, value: string, expected: readonly string[]): void {
  if (!expected.includes(value)) {
    throw new RangeError(`${where}: ${name} expected one of ${expected.join(', ')}; got ${describe(value)}`);
  }
}

/** A value in a few words, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
