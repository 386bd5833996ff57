import { AttuneError } from '@attune/internal';

/** A JSON schema: true for any value, false for none, or keywords. */
export type JsonSchema = boolean | Keywords;

/** The keywords that are known, of those of the standard's draft 2020-12. */
export interface Keywords {
  /** One of `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`, or several; default any. */
  readonly type?: string | readonly string[];
  /** The values that are allowed; default any. */
  readonly enum?: readonly unknown[];
  /** The only value that is allowed; default any. */
  readonly const?: unknown;
  /** Schemas of which a value meets one; default none. */
  readonly anyOf?: readonly JsonSchema[];
  /** Schemas of different types, of which a value meets one; default none. */
  readonly oneOf?: readonly JsonSchema[];
  /** One schema; default none. */
  readonly allOf?: readonly JsonSchema[];
  /** Place of another schema in this one, such as `#/$defs/name`; default none. */
  readonly $ref?: string;
  /** Schemas of properties, in the order in which they are written; default none. */
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Properties that are not left out; default none. */
  readonly required?: readonly string[];
  /** Schema of the other properties, which are written where `properties` and `required` are empty; default any. */
  readonly additionalProperties?: JsonSchema;
  /** Schema of the items of an array; default any. */
  readonly items?: JsonSchema;
  /** Least items of an array; default 0. */
  readonly minItems?: number;
  /** Most items of an array; default unlimited. */
  readonly maxItems?: number;
  /** Least characters of a string; default 0. */
  readonly minLength?: number;
  /** Most characters of a string; default unlimited. */
  readonly maxLength?: number;
  /** Regular expression of JavaScript that a string holds, without `minLength` and `maxLength` beside it; default any. */
  readonly pattern?: string;
  /** Most properties of an object; default unlimited. */
  readonly maxProperties?: number;
  /** Least value of an integer, or 0 for a number; default none. */
  readonly minimum?: number;
  /** Largest value of an integer, beside `minimum`; default none. */
  readonly maximum?: number;
  /** Schemas that `$ref` names; default none. */
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  /** A name for readers; default none. */
  readonly title?: string;
  /** A note for readers; default none. */
  readonly description?: string;
  /** Which standard it is of; not read. Default none. */
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
  expected: 'a list of schemas, of one at least',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
};

type Note = '$defs' | 'title' | 'description' | '$schema';

const known: Readonly<Record<Exclude<keyof Keywords, Note>, Kind>> = {
  type: { expected: 'a text, or a list of texts', accepts: (value) => [value].flat().every(isText) },
  enum: { expected: 'a list of values', accepts: Array.isArray },
  const: anything,
  anyOf: schemas,
  oneOf: schemas,
  allOf: {
    expected: 'a list of one schema (more are not known to the grammar)',
    accepts: (value) => schemas.accepts(value) && (value as unknown[]).length === 1,
  },
  $ref: { expected: 'a text', accepts: isText },
  properties: {
    expected: 'an object of schemas',
    accepts: (value) => isObject(value) && Object.values(value).every(isSchema),
  },
  required: { expected: 'a list of texts', accepts: (value) => Array.isArray(value) && value.every(isText) },
  additionalProperties: schema,
  items: schema,
  minItems: count,
  maxItems: count,
  minLength: count,
  maxLength: count,
  pattern: { expected: 'a text', accepts: isText },
  maxProperties: count,
  minimum: number,
  maximum: number,
};

/** Keywords that say nothing of which values are allowed. */
const notes = [
  ...['$schema', '$id', '$comment', '$defs', 'definitions', 'title', 'description', 'default', 'examples', 'format'],
  ...['deprecated', 'readOnly', 'writeOnly'],
];

/** Keywords that stand alone: what else is said beside them would have to hold too. */
const alone = ['$ref', 'anyOf', 'oneOf', 'allOf'] as const;

/** @throws AttuneError JSON_SCHEMA for a keyword that is not known, a value that is none of its, or keywords that do not go together */
export function checkKeywords(value: unknown, where: string): Keywords {
  if (!isObject(value)) throw refused(where, schema.expected, shown(value), 'correct it');
  const own = Object.entries(value).filter(([name]) => !notes.includes(name));
  for (const [name, given] of own) {
    const kind = Object.hasOwn(known, name) ? known[name as keyof typeof known] : undefined;
    const names = Object.keys(known).join(', ');
    if (!kind)
      throw refused(`${where}/${name}`, `a keyword among ${names}`, name, 'leave it out, or check what is written');
    if (!kind.accepts(given)) throw refused(`${where}/${name}`, kind.expected, shown(given), 'correct it');
  }
  const single = alone.find((name) => Object.hasOwn(value, name));
  const other = own.map(([name]) => name).find((name) => name !== single);
  if (single && other)
    throw refused(`${where}/${other}`, `no keyword beside ${single}`, other, `put it into ${single}`);
  return Object.fromEntries(own);
}

/** The least and the most of something. */
export function countOf(
  keywords: Keywords,
  [least, most]: readonly [string, string],
  where: string,
): [least: number, most: number] {
  const values = keywords as Readonly<Record<string, number | undefined>>;
  const counts = [values[least] ?? 0, values[most] ?? Number.POSITIVE_INFINITY] as [number, number];
  if (counts[0] > counts[1])
    throw refused(
      `${where}/${least}`,
      `at most the ${most} of ${counts[1]}`,
      `${counts[0]}, which no value meets`,
      'correct it',
    );
  return counts;
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? String(value);

function refused(where: string, expected: string, got: string, what: string): AttuneError {
  return new AttuneError('JSON_SCHEMA', `JSON schema ${where}: expected ${expected}, got ${got}; ${what}`);
}
