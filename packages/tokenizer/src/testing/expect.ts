import { type AttuneErrorCode, isAttuneError } from '@attune/internal';

/** Expectations that are independent of a test framework: they throw with the expected and actual value. */

/** Throws unless two values are the same. Typed arrays are compared as arrays. */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (!equal(actual, expected)) throw new Error(`${what}: expected ${shortened(expected)}, got ${shortened(actual)}`);
}

type List = ArrayLike<unknown> & object;

const isList = (value: object): value is List => Array.isArray(value) || ArrayBuffer.isView(value);

function equal(actual: unknown, expected: unknown): boolean {
  if (Object.is(actual, expected)) return true;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false;
  if (isList(actual) && isList(expected)) return equalLists(actual, expected);
  const keys = Object.keys(expected) as (keyof typeof expected)[];
  if (isList(actual) || isList(expected) || Object.keys(actual).length !== keys.length) return false;
  return keys.every((key) => Object.hasOwn(actual, key) && equal(actual[key], expected[key]));
}

function equalLists(actual: List, expected: List): boolean {
  if (actual.length !== expected.length) return false;
  for (let i = 0; i < actual.length; i++) if (!equal(actual[i], expected[i])) return false;
  return true;
}

function shortened(value: unknown): string {
  const plain = (_: string, inner: unknown) => (ArrayBuffer.isView(inner) ? Array.from(inner as Int32Array) : inner);
  const text = JSON.stringify(value, plain) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Throws unless a condition holds. `message` returns the expected and actual value. */
export function ensure(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(message());
}

/** Throws unless `attempt` throws a TypeError, or an AttuneError with the given code. */
export function refuses(what: string, attempt: () => unknown, kind: typeof TypeError | AttuneErrorCode): void {
  const expected = typeof kind === 'string' ? `an AttuneError ${kind}` : `a ${kind.name}`;
  try {
    attempt();
  } catch (error) {
    const isExpected = typeof kind === 'string' ? isAttuneError(error, kind) : error instanceof kind;
    ensure(isExpected, () => `${what}: expected ${expected}, got ${String(error)}`);
    return;
  }
  throw new Error(`${what}: expected ${expected}, but nothing was thrown`);
}

/** A text in quotation marks, for messages. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
