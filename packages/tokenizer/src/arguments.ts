import { AttuneError, knownName } from '@attune/internal';

/**
 * Checks of arguments at public boundaries. `where` is the function that a message names; a wrong kind of value is a
 * TypeError, a wrong value of the right kind an AttuneError ARGUMENT_INVALID.
 */

/** Names of the options in a type; options that are objects have names for their properties. */
export type Names<Options> = { readonly [Name in keyof Options]-?: '' | Readonly<Record<string, ''>> };

/** Throws for options that are not an object, and for an unknown one, where it suggests the one that was probably meant. */
export function checkNames(where: string, options: object, names: Readonly<Record<string, '' | object>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${where}: options expected an object, got ${describe(options)}`);
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given))
    if (!Object.hasOwn(names, name) && given[name] !== undefined) throw unknownName(where, name, names);
}

function unknownName(where: string, name: string, names: Readonly<Record<string, '' | object>>): TypeError {
  const inner = Object.entries(names).flatMap(([outer, own]) =>
    own === '' ? [] : Object.keys(own).map((key) => ({ key, written: `${outer}: { ${key}: … }` })),
  );
  const known = [Object.keys(names), inner.map(({ key }) => key)];
  const meant = knownName(name, known);
  const written = known[0].includes(`${meant}`) ? meant : inner.find(({ key }) => key === meant)?.written;
  const advice = written === undefined ? `it knows ${known[0].join(', ')}` : `did you mean ${written}?`;
  return new TypeError(`${where}: expected options that it knows, got ${name}; ${advice}`);
}

/** Error for a value of the right type that is not allowed. */
export function outOfRange(message: string): AttuneError {
  return new AttuneError('ARGUMENT_INVALID', message);
}

/** Throws unless `value` is an integer of at least `least`. */
export function checkInteger(where: string, name: string, value: unknown, least: number): void {
  const expected = `an integer ≥ ${least}`;
  if (typeof value !== 'number') throw new TypeError(`${where}: ${name} expected ${expected}, got ${describe(value)}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw outOfRange(`${where}: ${name} expected ${expected}, got ${value}`);
  }
}

/** Throws unless `value` is a boolean. */
export function checkBoolean(where: string, name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${where}: ${name} expected a boolean, got ${describe(value)}`);
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

/** Throws unless `value` is an object. */
export function checkObject(where: string, name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${where}: ${name} expected false or an object, got ${describe(value)}`);
  }
}

/** Throws unless `value` is one of the expected strings. */
export function checkOneOf(where: string, name: string, value: string, expected: readonly string[]): void {
  if (!expected.includes(value)) {
    throw outOfRange(`${where}: ${name} expected one of ${expected.join(', ')}; got ${describe(value)}`);
  }
}

/** Describes a value in a few words, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
