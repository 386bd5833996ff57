import { isObject } from '../json';
import { isPromise, shownValue } from './shown-value';

/** A kind of value that an option accepts. */
export interface KindOfValue {
  /** Description in messages: `a number`. */
  readonly expected: string;
  /** Whether a value is one. */
  holds(value: unknown): boolean;
  /** Advice for a value of another kind. */
  advice?(value: unknown): string | undefined;
}

const hasMethod = (name: string) => (value: unknown) =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function';

const openedEngine = (value: unknown) => {
  if (isPromise(value)) return 'await it: engine: await openEngine()';
  const name = typeof value === 'string' ? `{ name: ${JSON.stringify(value)} }` : '';
  return `open one: engine: await openEngine(${name})`;
};

/** A number within a range. */
function ranged(expected: string, holds: (value: number) => boolean): KindOfValue {
  return {
    expected,
    holds: (value) => typeof value === 'number' && holds(value),
    advice: (value) =>
      typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? `write it without quotes: ${Number(value)}`
        : undefined,
  };
}

/** A whole number within a range. */
function whole(expected: string, holds: (value: number) => boolean): KindOfValue {
  return ranged(expected, (value) => Number.isSafeInteger(value) && holds(value));
}

/** Every kind of value that options have, by name. */
export const kinds = {
  any: { expected: 'a value', holds: () => true },
  string: { expected: 'a string', holds: (value) => typeof value === 'string' },
  path: { expected: 'a path or a name', holds: (value) => typeof value === 'string' && value.trim() !== '' },
  boolean: {
    expected: 'true or false',
    holds: (value) => typeof value === 'boolean',
    advice: (value) => (value === 'true' || value === 'false' ? `write it without quotes: ${value}` : undefined),
  },
  number: ranged('a number', () => true),
  count: whole('an integer ≥ 1', (value) => value >= 1),
  index: whole('an integer ≥ 0', (value) => value >= 0),
  length: whole('an integer ≥ 3 (two special tokens and one of the text)', (value) => value >= 3),
  seed: whole('an integer in [0, 2³¹)', (value) => value >= 0 && value < 2 ** 31),
  positive: ranged('a number > 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY),
  notNegative: ranged('a number ≥ 0', (value) => value >= 0 && value < Number.POSITIVE_INFINITY),
  share: ranged('a number in (0, 1]', (value) => value > 0 && value <= 1),
  probability: ranged('a number in [0, 1]', (value) => value >= 0 && value <= 1),
  function: { expected: 'a function', holds: (value) => typeof value === 'function' },
  object: { expected: 'an object', holds: (value) => isObject(value) && !isPromise(value) },
  list: {
    expected: 'an array',
    holds: (value) => typeof value === 'object' && Number.isInteger((value as { length?: unknown } | null)?.length),
    advice: (value) => (isObject(value) && Symbol.iterator in value ? 'make one: Array.from(…)' : undefined),
  },
  array: { expected: 'an array', holds: Array.isArray },
  strings: {
    expected: 'an array of strings',
    holds: (value) => Array.isArray(value) && Array.from(value).every((item) => typeof item === 'string'),
    advice: (value) =>
      typeof value === 'string'
        ? `write [${shownValue(value)}]`
        : Array.isArray(value)
          ? firstNoString(value)
          : undefined,
  },
  engine: { expected: 'an open engine', holds: hasMethod('compile'), advice: openedEngine },
  signal: {
    expected: "an AbortController's signal",
    holds: (value) => isObject(value) && 'aborted' in value,
    advice: (value) => (isObject(value) && 'signal' in value ? 'pass its signal: controller.signal' : undefined),
  },
} satisfies Record<string, KindOfValue>;

/** The name of a value kind. */
export type KindName = keyof typeof kinds;

function firstNoString(values: readonly unknown[]): string {
  const at = Array.from(values).findIndex((value) => typeof value !== 'string');
  return `[${at}] is ${shownValue(values[at])}`;
}

/** `expected a number, got "3"; write it without quotes: 3`, or undefined for a value that fits. */
export function mismatch(named: KindName | KindOfValue, value: unknown): string | undefined {
  const kind: KindOfValue = typeof named === 'string' ? kinds[named] : named;
  if (kind.holds(value)) return undefined;
  const advice = kind.advice?.(value) ?? (isPromise(value) ? 'await it' : undefined);
  return `expected ${kind.expected}, got ${shownValue(value)}${advice === undefined ? '' : `; ${advice}`}`;
}
