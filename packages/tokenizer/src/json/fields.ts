import { AttuneError } from '@attune/internal';
import { describe } from '../arguments';

/** An object of a parsed JSON file, with its path in the file (`model.vocab`) for error messages. */
export interface JsonObject {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Makes the error for a field of the wrong kind or value. */
export function invalid(path: string, expected: string, value: unknown): AttuneError {
  return new AttuneError(
    'TOKENIZER_INVALID',
    `tokenizer.json: ${path || 'the file'} expected ${expected}, got ${describe(value)}`,
  );
}

/** Makes the error for something that the file may have but this package does not support. */
export function unsupported(what: string, supported: string): AttuneError {
  return new AttuneError('TOKENIZER_UNSUPPORTED', `tokenizer.json: ${what} is not supported; supported: ${supported}`);
}

/** Checks that the value at `path` is an object. */
export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'an object', value);
  return { path, fields: value as Record<string, unknown> };
}

/** Checks that the value at `path` is an array. */
export function asArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'an array', value);
  return value;
}

/** Reads a string. A field that is missing or null has the value `fallback`, if there is one. */
export function stringField({ path, fields }: JsonObject, name: string, fallback?: string): string {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'string') throw invalid(join(path, name), 'a string', value);
  return value;
}

/** Reads true or false. */
export function booleanField({ path, fields }: JsonObject, name: string, fallback?: boolean): boolean {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'boolean') throw invalid(join(path, name), 'true or false', value);
  return value;
}

/** Reads a whole number from 0 to 2³¹ - 1. */
export function countField({ path, fields }: JsonObject, name: string, fallback?: number): number {
  return asCount(fields[name] ?? fallback, join(path, name));
}

/** Checks that the value at `path` is a whole number from 0 to 2³¹ - 1. */
export function asCount(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw invalid(path, 'a whole number below 2³¹', value);
  }
  return value;
}

/** Reads one of several strings, and returns what `choices` has for it. */
export function choiceField<Value>(
  { path, fields }: JsonObject,
  name: string,
  choices: Readonly<Record<string, Value>>,
): Value {
  const value = fields[name];
  if (typeof value === 'string' && Object.hasOwn(choices, value)) return choices[value];
  throw invalid(join(path, name), `one of ${Object.keys(choices).join(', ')}`, value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
