import { AttuneError } from '../attune-error';
import { describe } from '../options';

/** An object of a parsed JSON file, and where it lies in it (`model.vocab`), for error messages. */
export interface JsonObject {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The error for a field of the wrong kind or value. */
export function invalid(path: string, expected: string, value: unknown): AttuneError {
  return new AttuneError(
    'TOKENIZER_INVALID',
    `tokenizer.json: ${path || 'the file'} expected ${expected}, got ${describe(value)}`,
  );
}

/** The error for what the file may hold but this library does not read. */
export function unsupported(what: string, supported: string): AttuneError {
  return new AttuneError('TOKENIZER_UNSUPPORTED', `tokenizer.json: ${what} is not supported; supported: ${supported}`);
}

/** The object at `path`. */
export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'an object', value);
  return { path, fields: value as Record<string, unknown> };
}

/** The array at `path`. */
export function asArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'an array', value);
  return value;
}

export function stringField({ path, fields }: JsonObject, name: string, fallback?: string): string {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'string') throw invalid(join(path, name), 'a string', value);
  return value;
}

export function booleanField({ path, fields }: JsonObject, name: string, fallback?: boolean): boolean {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'boolean') throw invalid(join(path, name), 'true or false', value);
  return value;
}

/** A whole number from 0 to 2³¹ - 1. */
export function countField({ path, fields }: JsonObject, name: string, fallback?: number): number {
  return asCount(fields[name] ?? fallback, join(path, name));
}

export function asCount(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw invalid(path, 'a whole number below 2³¹', value);
  }
  return value;
}

/** The field's value, looked up among the names it may have. */
export function choiceField<Value>({ path, fields }: JsonObject, name: string, choices: Record<string, Value>): Value {
  const value = fields[name];
  if (typeof value === 'string' && Object.hasOwn(choices, value)) return choices[value];
  throw invalid(join(path, name), `one of ${Object.keys(choices).join(', ')}`, value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
