import { isPromise, shownValue } from '@attune/internal';
import { checkBoolean, checkNames, type Names } from '../arguments';
import type { DecodeOptions } from '../tokenizer';

/** Checks of the arguments of `decode`, `decodeBatch` and `decodeStream`. */

const streamNames = { skipSpecialTokens: '' } satisfies Names<Pick<DecodeOptions, 'skipSpecialTokens'>>;

const decodeNames = { ...streamNames, cleanUpTokenizationSpaces: '' } satisfies Names<DecodeOptions>;

/** The options of `decode` and `decodeBatch` with their defaults. */
export function resolveDecodeOptions(where: string, options: DecodeOptions): Required<DecodeOptions> {
  checkNames(where, options, decodeNames);
  const { skipSpecialTokens = true, cleanUpTokenizationSpaces = false } = options;
  checkBoolean(where, 'skipSpecialTokens', skipSpecialTokens);
  checkBoolean(where, 'cleanUpTokenizationSpaces', cleanUpTokenizationSpaces);
  return { skipSpecialTokens, cleanUpTokenizationSpaces };
}

/** Whether a stream skips special tokens, from the options of `decodeStream`. */
export function streamSkips(options: Pick<DecodeOptions, 'skipSpecialTokens'>): boolean {
  checkNames('decodeStream', options, streamNames);
  const { skipSpecialTokens = true } = options;
  checkBoolean('decodeStream', 'skipSpecialTokens', skipSpecialTokens);
  return skipSpecialTokens;
}

/** The functions that take ids, and what to do with a list where each expects one id. */
const adviceForLists = {
  decode: 'for several lists of ids use decodeBatch',
  decodeBatch: 'flatten it: ids.flat()',
  push: 'push its ids one by one',
};

/** The name of a function that takes ids. */
export type TakesIds = keyof typeof adviceForLists;

/** Throws unless a value is an array of any kind. Its items are read by `tokenId`. */
export function checkTokenIds(where: TakesIds, name: string, value: unknown): void {
  if (isList(value)) return;
  const advice = isNumber(value)
    ? `; ${where === 'decode' ? `write [${value}]` : 'for one list of ids use decode'}`
    : insideAdvice(value);
  throw new TypeError(`${where}: ${name} expected an array of ids, got ${shownValue(value)}${advice}`);
}

/** Throws unless a value is an array, as of the lists of ids of `decodeBatch`. */
export function checkBatch(value: unknown): void {
  if (Array.isArray(value)) return;
  const advice = isList(value) ? '; for one list of ids use decode' : insideAdvice(value);
  throw new TypeError(`decodeBatch: batch expected an array of lists of ids, got ${shownValue(value)}${advice}`);
}

/** The id of a number or a bigint, or undefined for any other value. */
export function tokenId(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return Number.isInteger(value) ? (value as number) : undefined;
}

/** The error for an item without a `tokenId`. */
export function noTokenId(where: TakesIds, name: string, value: unknown): TypeError {
  const advice = isList(value) ? `; ${adviceForLists[where]}` : itemAdvice(value);
  return new TypeError(`${where}: ${name} expected an integer, got ${shownValue(value)}${advice}`);
}

const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint';

const isList = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Number.isInteger((value as { length?: unknown }).length);

/** Advice for an object that has the ids inside, such as an encoding, a tensor or a promise. */
function insideAdvice(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if (isPromise(value)) return '; await it';
  if ('ids' in value) return '; pass its ids';
  return 'data' in value ? '; pass its data' : '';
}

function itemAdvice(value: unknown): string {
  if (typeof value === 'number') return '; pass the ids of tokens, not their scores';
  if (typeof value === 'string') return '; convert it: Number(…)';
  return value === undefined || value === null ? '; remove it' : '';
}
