import { AttuneError } from '@attune/internal';

/** Path of a schema in the whole: `#` and a JSON pointer. */
export type Where = string;

/** A JSON schema: true for any value, false for none, or keywords. */
export type JsonSchema = boolean | Keywords;

/** Supported keywords of JSON Schema, draft 2020-12. */
export interface Keywords {
  /** One or several of `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`; default any. */
  readonly type?: string | readonly string[];
  /** Allowed values; default any. */
  readonly enum?: readonly unknown[];
  /** The only allowed value; default any. */
  readonly const?: unknown;
  /** Schemas of which at least one must match; default none. */
  readonly anyOf?: readonly JsonSchema[];
  /** Schemas of different types, of which one must match; default none. */
  readonly oneOf?: readonly JsonSchema[];
  /** A list of one schema, which must match; default none. */
  readonly allOf?: readonly JsonSchema[];
  /** Path of another schema in this one, such as `#/$defs/name`; default none. */
  readonly $ref?: string;
  /** Schemas of properties, in the order in which they are written; default none. */
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Names of required properties; default none. */
  readonly required?: readonly string[];
  /** Schema of other properties, which are written only if `properties` and `required` are empty; default any. */
  readonly additionalProperties?: JsonSchema;
  /** Schema of the items of an array; default any. */
  readonly items?: JsonSchema;
  /** Minimum number of items in an array; default 0. */
  readonly minItems?: number;
  /** Maximum number of items in an array; default unlimited. */
  readonly maxItems?: number;
  /** Minimum number of characters in a string; default 0. */
  readonly minLength?: number;
  /** Maximum number of characters in a string; default unlimited. */
  readonly maxLength?: number;
  /** JavaScript regular expression that a string must match, not together with `minLength` or `maxLength`; default any. */
  readonly pattern?: string;
  /** Maximum number of properties in an object; default unlimited. */
  readonly maxProperties?: number;
  /** Minimum of an integer, or 0 for a number; default none. */
  readonly minimum?: number;
  /** Maximum of an integer, together with `minimum`; default none. */
  readonly maximum?: number;
  /** Schemas for `$ref`; default none. */
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  /** Title, not used; default none. */
  readonly title?: string;
  /** Description, not used; default none. */
  readonly description?: string;
  /** Identifier of the JSON Schema draft, not used; default none. */
  readonly $schema?: string;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSchema = (value: unknown) => typeof value === 'boolean' || isObject(value);
const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

interface Kind {
  readonly expected: string;
  accepts(value: unknown): boolean;
}
const schema: Kind = { expected: 'a schema: an object, true or false', accepts: isSchema };
const count: Kind = { expected: 'an integer ≥ 0', accepts: isCount };
const number: Kind = { expected: 'a number', accepts: (value) => Number.isFinite(value) };
const anything: Kind = { expected: 'a value', accepts: () => true };
const schemas: Kind = {
  expected: 'a list of at least one schema',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
};

type Note = '$defs' | 'title' | 'description' | '$schema';

const known: Readonly<Record<Exclude<keyof Keywords, Note>, Kind>> = {
  type: { expected: 'a string, or a list of strings', accepts: (value) => [value].flat().every(isText) },
  enum: { expected: 'a list of values', accepts: Array.isArray },
  const: anything,
  anyOf: schemas,
  oneOf: schemas,
  allOf: {
    expected: 'a list of one schema (more are not supported)',
    accepts: (value) => schemas.accepts(value) && (value as unknown[]).length === 1,
  },
  $ref: { expected: 'a string', accepts: isText },
  properties: {
    expected: 'an object of schemas',
    accepts: (value) => isObject(value) && Object.values(value).every(isSchema),
  },
  required: { expected: 'a list of strings', accepts: (value) => Array.isArray(value) && value.every(isText) },
  additionalProperties: schema,
  items: schema,
  minItems: count,
  maxItems: count,
  minLength: count,
  maxLength: count,
  pattern: { expected: 'a string', accepts: isText },
  maxProperties: count,
  minimum: number,
  maximum: number,
};

/** Keywords that do not restrict values. */
const notes = [
  ...['$schema', '$id', '$comment', '$defs', 'definitions', 'title', 'description', 'default', 'examples', 'format'],
  ...['deprecated', 'readOnly', 'writeOnly'],
];

/** Keywords that cannot be combined with others, which would have to hold as well. */
const alone = ['$ref', 'anyOf', 'oneOf', 'allOf'] as const;

/** @throws AttuneError JSON_SCHEMA for an unsupported keyword, an invalid value, or keywords that cannot be combined */
export function checkKeywords(value: unknown, where: Where): Keywords {
  if (!isObject(value)) throw refusal(where, schema.expected, shown(value), 'correct it');
  const own = Object.entries(value).filter(([name]) => !notes.includes(name));
  for (const [name, given] of own) {
    const kind = Object.hasOwn(known, name) ? known[name as keyof typeof known] : undefined;
    const names = Object.keys(known).join(', ');
    if (!kind) throw refusal(`${where}/${name}`, `a keyword among ${names}`, name, 'remove it, or check its spelling');
    if (!kind.accepts(given)) throw refusal(`${where}/${name}`, kind.expected, shown(given), 'correct it');
  }
  const single = alone.find((name) => Object.hasOwn(value, name));
  const other = own.map(([name]) => name).find((name) => name !== single);
  if (single && other)
    throw refusal(`${where}/${other}`, `${single} without other keywords`, other, `move it into ${single}`);
  return Object.fromEntries(own);
}

/** Minimum and maximum of a count. */
export function countOf(
  keywords: Keywords,
  [least, most]: readonly [string, string],
  where: Where,
): [least: number, most: number] {
  const values = keywords as Readonly<Record<string, number | undefined>>;
  const counts = [values[least] ?? 0, values[most] ?? Number.POSITIVE_INFINITY] as [number, number];
  if (counts[0] > counts[1])
    throw refusal(
      `${where}/${least}`,
      `at most ${most}, which is ${counts[1]}`,
      `${counts[0]}, which no value satisfies`,
      'correct it',
    );
  return counts;
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? String(value);

export function refusal(where: Where, expected: string, got: string, what: string): AttuneError {
  return new AttuneError('JSON_SCHEMA', `JSON schema ${where}: expected ${expected}, got ${got}; ${what}`);
}

export function unmet(where: Where, why: string): AttuneError {
  return refusal(where, 'a schema that allows a value', `one that allows none: ${why}`, 'correct it');
}
