import { isStackOverflow } from '@attune/internal';
import { anyNode, arrayNode, documentNode, literalNode, mapNode, objectNode, stringNode } from './json-nodes';
import { choice, leastBytes, type Node, never, rule } from './nodes';
import {
  checkKeywords,
  countOf,
  isObject,
  type JsonSchema,
  type Keywords,
  refusal,
  unmet,
  type Where,
} from './schema-keywords';
import { boundedInteger, boundedNumber, patternString } from './schema-scalars';
import { type TokenBytes, type TokenGrammar, tokenGrammar } from './token-grammar';

interface Reading {
  readonly root: JsonSchema;
  /** Nodes of schemas that `$ref` names, by their path. */
  readonly referred: Map<string, Node>;
}

const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
type Type = (typeof types)[number];

/**
 * Compiles a JSON schema into a grammar over the tokens of a vocabulary.
 *
 * Supported are `type`, `enum`, `const`, `anyOf`, `oneOf` of different types, `allOf` of one schema, `$ref` within the schema, `properties`,
 * `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minLength`, `maxLength`, `pattern`, and `minimum` and `maximum` of integers.
 * Every text of the grammar is a valid value, but not every valid value is a text of the grammar: only named properties are written, in the schema's order,
 * numbers have up to 15 digits, and between parts there is at most one space, or a line break and 16 spaces.
 *
 * @param tokens bytes of each token id, from `tokenBytes` of `@attune/tokenizer`
 * @throws AttuneError JSON_SCHEMA, with the path, for an invalid schema, an unsupported keyword, or a schema that allows no value
 * @example
 * const grammar = jsonSchemaGrammar({ type: 'array', items: { type: 'string' } }, tokenBytes(tokenizer));
 * await tokenGenerator({ model, parameters, engine }).generate([[1, 403, 407]], { grammar });
 */
export function jsonSchemaGrammar(schema: JsonSchema, tokens: TokenBytes): TokenGrammar {
  const grammar = tokenGrammar(documentNode(schemaNode(schema)), tokens);
  if (!grammar) throw unmet('#', 'every value contains another one, without end');
  if (!grammar.start.goesOn)
    throw refusal('#', 'a value that the tokens of the model can begin', 'none that does', 'use another model');
  return grammar;
}

/** The nodes of a schema. */
export function schemaNode(schema: JsonSchema): Node {
  try {
    return possibleNode(schema);
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    throw refusal('#', 'schemas within schemas', 'ones that are nested too deeply', 'write fewer levels');
  }
}

function possibleNode(schema: JsonSchema): Node {
  const node = valueNode(schema, '#', { root: schema, referred: new Map() });
  if (leastBytes(node).get(node) === Number.POSITIVE_INFINITY)
    throw unmet('#', 'every value contains another one, without end');
  return node;
}

function valueNode(schema: JsonSchema, where: Where, reading: Reading): Node {
  if (schema === true) return anyNode;
  if (schema === false) return never;
  const keywords = checkKeywords(schema, where);
  const { $ref, anyOf, oneOf, allOf } = keywords;
  if ($ref !== undefined) return referredNode($ref, `${where}/$ref`, reading);
  const all = allOf ?? anyOf ?? oneOf;
  if (all !== undefined) {
    const name = allOf ? 'allOf' : anyOf ? 'anyOf' : 'oneOf';
    if (oneOf) checkDistinct(oneOf, `${where}/oneOf`);
    return met(choice(...all.map((own, i) => valueNode(own, `${where}/${name}/${i}`, reading))), `${where}/${name}`);
  }
  const allowed = typesOf(keywords, where);
  const literals = literalsOf(keywords, where);
  if (literals) {
    const fitting = literals.filter((value) => allowed.some((type) => isOf(value, type)));
    if (fitting.length === 0) throw unmet(where, `it allows none of ${JSON.stringify(literals)}`);
    return choice(...fitting.map(literalNode));
  }
  if (Object.keys(keywords).length === 0) return anyNode;
  return choice(...allowed.map((type) => typeNode(type, keywords, where, reading)));
}

function typesOf({ type }: Keywords, where: Where): readonly Type[] {
  const names = type === undefined ? types.filter((name) => name !== 'integer') : [type].flat();
  const wrong = names.find((name) => !types.includes(name as Type));
  if (wrong !== undefined || names.length === 0)
    throw refusal(`${where}/type`, `one of ${types.join(', ')}, or several`, JSON.stringify(type), 'correct it');
  return names as Type[];
}

function literalsOf(keywords: Keywords, where: Where): readonly unknown[] | undefined {
  const { enum: values, const: value, type: _, ...others } = keywords;
  const single = Object.hasOwn(keywords, 'const') ? [value] : undefined;
  if (!values && !single) return undefined;
  if (values?.length === 0) throw unmet(`${where}/enum`, 'it is empty');
  const [more] = Object.keys(others);
  if (more !== undefined)
    throw refusal(
      `${where}/${more}`,
      'only type in addition to enum or const',
      more,
      'remove the values that it forbids',
    );
  if (!values || !single) return values ?? single;
  return values.filter((own) => JSON.stringify(own) === JSON.stringify(value));
}

function isOf(value: unknown, type: Type): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'object' ? isObject(value) : typeof value === type;
}

function typeNode(type: Type, keywords: Keywords, where: Where, reading: Reading): Node {
  switch (type) {
    case 'null':
      return literalNode(null);
    case 'boolean':
      return choice(literalNode(true), literalNode(false));
    case 'string':
      return keywords.pattern === undefined
        ? stringNode(...countOf(keywords, ['minLength', 'maxLength'], where))
        : patternString(keywords.pattern, keywords, `${where}/pattern`);
    case 'integer':
      return boundedInteger(keywords, where);
    case 'number':
      return boundedNumber(keywords, where);
    case 'array': {
      const counts = countOf(keywords, ['minItems', 'maxItems'], where);
      const item = valueNode(keywords.items ?? true, `${where}/items`, reading);
      if (item === never && counts[0] > 0) throw unmet(`${where}/minItems`, 'items allows none');
      return item === never ? arrayNode(item, 0, 0) : arrayNode(item, ...counts);
    }
    case 'object':
      return propertiesNode(keywords, where, reading);
  }
}

function propertiesNode(keywords: Keywords, where: Where, reading: Reading): Node {
  const { properties = {}, required = [], additionalProperties: others = true } = keywords;
  const names = [...Object.keys(properties), ...required];
  const most = keywords.maxProperties ?? Number.POSITIVE_INFINITY;
  if (names.length === 0) {
    const value = valueNode(others, `${where}/additionalProperties`, reading);
    return value === never ? mapNode(value, 0) : mapNode(value, most);
  }
  const all = Array.from(new Set(names), (name) => {
    const own = Object.hasOwn(properties, name);
    const at = own ? `${where}/properties/${escaped(name)}` : `${where}/additionalProperties`;
    const value = valueNode(own ? properties[name] : others, at, reading);
    const isRequired = required.includes(name);
    if (value === never && isRequired)
      throw unmet(`${where}/required`, `"${name}" is required, and no value is allowed for it`);
    return { name, value, isRequired };
  });
  if (all.length > most)
    throw refusal(
      `${where}/maxProperties`,
      `at least ${all.length}, the number of named properties`,
      `${most}`,
      'remove it',
    );
  return objectNode(all.filter(({ value }) => value !== never));
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

function referredNode(reference: string, where: Where, reading: Reading): Node {
  const known = reading.referred.get(reference);
  if (known) return known;
  const found = reference === '#' || reference.startsWith('#/') ? follow(reference, reading.root) : undefined;
  if (found === undefined || (typeof found !== 'boolean' && !isObject(found)))
    throw refusal(
      where,
      'a place within the schema that holds a schema, such as "#/$defs/name"',
      JSON.stringify(reference),
      'correct it',
    );
  if (found === false) return never;
  let inner: Node | undefined;
  const node = rule(() => inner!);
  reading.referred.set(reference, node);
  inner = valueNode(found as JsonSchema, reference, reading);
  return node;
}

function follow(reference: string, root: JsonSchema): unknown {
  const names = reference
    .slice(2)
    .split('/')
    .filter((_, i) => reference !== '#' || i > 0);
  let at: unknown = root;
  for (const name of names) {
    const key = decoded(name).replaceAll('~1', '/').replaceAll('~0', '~');
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined;
  }
  return at;
}

/** Decodes the percent encoding of a name in a JSON pointer; an invalid one is left unchanged. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** `oneOf` requires that exactly one schema matches, which is certain if the types differ. */
function checkDistinct(all: readonly JsonSchema[], where: Where): void {
  const seen = new Set<string>();
  for (const [i, own] of all.entries()) {
    const named = typeof own === 'object' ? own.type : undefined;
    for (const type of named === undefined ? ['none'] : [named].flat()) {
      const name = type === 'integer' ? 'number' : type;
      if (seen.has(name) || type === 'none')
        throw refusal(`${where}/${i}`, 'a type that no other schema of oneOf has', type, 'use anyOf');
      seen.add(name);
    }
  }
}

function met(node: Node, where: Where): Node {
  if (node.kind === 'choice' && node.items.every((item) => item === never)) throw unmet(where, 'it allows no value');
  return node;
}
