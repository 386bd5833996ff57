import { openOnnxEngine } from '@attune/engine/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { tokenGenerator } from '../generate/token-generator';
import { causalLanguageModel } from '../model';
import { jsonSchemaGrammar } from './json-schema';
import type { JsonSchema } from './schema-keywords';
import type { TokenBytes } from './token-grammar';

const encoder = new TextEncoder();

/** Arrays in arrays, so many. */
function nested(levels: number): JsonSchema {
  let schema: JsonSchema = { type: 'string' };
  for (let i = 0; i < levels; i++) schema = { type: 'array', items: schema };
  return schema;
}

/** Every byte, then longer tokens, some of which end within a character or span parts of a value; the last is the end token. */
const pieces = [
  '["',
  '", "',
  '"]',
  '{"',
  '": ',
  ', ',
  'true',
  'null',
  'ab',
  'é',
  '😀',
  '\\u00',
  '12',
  '0.5',
  '  ',
  'e"',
];
const tokens: TokenBytes = [
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
  ...pieces.map((piece) => encoder.encode(piece)),
  Uint8Array.of(0xf0, 0x9f),
  Uint8Array.of(0x61, 0xc3),
  undefined,
];
const end = tokens.length - 1;
const textOf = (ids: readonly number[]) => {
  const bytes = ids.flatMap((id) => Array.from(tokens[id]!));
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
};

/** Whether a grammar has a text, given as tokens of one byte. */
function has(schema: JsonSchema, text: string): boolean {
  let place = jsonSchemaGrammar(schema, tokens).start;
  for (const byte of encoder.encode(text)) {
    if (place.allowed[byte] !== 1) return false;
    place = place.next(byte);
  }
  return place.mayEnd;
}

describe('a grammar of a schema', () => {
  it.each<[JsonSchema, string[], string[]]>([
    [
      { type: 'array', items: { type: 'string' } },
      ['[]', ' ["a"]', '["a", "b\\n","\\u00e9 é😀"]', '[\n  "a",\n  "b"\n]'],
      ['', '[', '["a"', '["a",]', '[1]', '["\n"]', '["\\x"]', '["\\ud83d"]', '[]]', '"a"'],
    ],
    [
      { type: 'array', items: { const: 1 }, minItems: 2, maxItems: 3 },
      ['[1,1]', '[1, 1,1]'],
      ['[]', '[1]', '[1,1,1,1]'],
    ],
    [{ type: 'array', maxItems: 0 }, ['[]'], ['[1]']],
    [{ type: 'string', minLength: 2, maxLength: 3 }, ['"ab"', '"é😀\\n"', '"\\u00e9b"'], ['"a"', '"abcd"', '"ab']],
    [{ enum: ['a', 'ab', null, 1.5] }, ['"a"', '"ab"', 'null', '1.5'], ['"abc"', '"', '1']],
    [{ enum: ['a', 2], type: 'string' }, ['"a"'], ['2']],
    [{ type: 'integer' }, ['0', '-12', '123456789012345'], ['01', '1.5', '-', '1234567890123456']],
    [{ type: 'integer', minimum: 3, maximum: 12 }, ['3', '12', ' 9'], ['2', '13', '1', '03']],
    [{ type: 'integer', minimum: 1 }, ['1', '20'], ['0', '-1']],
    [{ type: 'number', minimum: 0 }, ['0', '1.5e-3'], ['-1', '1.', 'e1']],
    [
      {
        type: 'object',
        properties: { a: { type: 'boolean' }, 'b"': { type: 'null' }, c: { type: 'integer' } },
        required: ['b"'],
      },
      ['{"b\\"":null}', '{"a": true, "b\\"": null}', '{"b\\"":null,"c":1}', '{ "b\\"":null }'],
      ['{}', '{"a":true}', '{"b\\"":null,"a":true}', '{"b\\"":null,}', '{,"b\\"":null}', '{"b\\"":null,"d":1}'],
    ],
    [{ type: 'object', properties: { a: true }, additionalProperties: false }, ['{}', '{"a":[{}]}'], ['{"b":1}']],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, ['{}', '{"x":1,"y":2}'], ['{"x":"1"}']],
    [{ anyOf: [{ type: 'null' }, { type: 'string' }] }, ['null', '"a"'], ['1']],
    [{ oneOf: [{ type: 'null' }, { type: ['string', 'integer'] }] }, ['null', '"a"', '1'], ['1.5', '[]']],
    [true, ['[{"a":[1,null,"x"]},false]'], ['[', 'nul', '{1:2}']],
    [
      { $ref: '#/$defs/tree', $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' } } } } as JsonSchema,
      ['[]', '[[],[[]]]'],
      ['[1]', '[[]'],
    ],
    [{ anyOf: [{ $ref: '#' }, { type: 'null' }] }, ['null'], ['1']],
    [{ type: 'array', items: false }, ['[]'], ['[1]']],
    [
      { type: 'object', properties: { next: { $ref: '#' }, a: { const: 1 } }, required: ['a'] },
      ['{"next": {"a":1}, "a":1}'],
      ['{"next":{}}'],
    ],
  ])('has its values: %j', (schema, values, others) => {
    for (const text of values) expect([text, has(schema, text)]).toEqual([text, true]);
    for (const text of others) expect([text, has(schema, text)]).toEqual([text, false]);
  });

  it.each([
    ['^[A-Z][a-z]{1,3}$', ['Ab', 'Abcd', 'Abcde', 'ab', 'A']],
    ['a|^b$', ['a', 'xay', 'b', 'bb', 'c', '"a\\']],
    ['^\\d{3}-\\d{2,}$', ['123-45', '123-4', '١23-45']],
    ['^(?:ab?|c)+$', ['a', 'abcab', 'b', '']],
    ['^(?<year>\\d+?)\\.?$', ['12.', '12', '.']],
    ['^[^"\\\\\\s]+$', ['é😀', 'a b', 'a"', 'a\\b', 'a\u2003b']],
    ['^.\\n\\t\\x41\\u{1F600}\\u00e9$', ['x\n\tA😀é', '\n\n\tA😀é', '\u0001\n\tA😀é']],
    ['^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$', ['a.b@c-d.org', 'a@b', '@c.org']],
    ['^[\\]\\-x-]$', [']', '-', 'x', 'w']],
    ['^\\W\\D\\S$', ['-a1', 'aaa', '\u0000"\\']],
    ['', ['', 'anything " \\ \u0007 😀']],
  ])('has the strings in which %s matches, as JSON.stringify writes them', (pattern, values) => {
    for (const value of values) {
      const matches = new RegExp(pattern, 'u').test(value);
      expect([value, has({ type: 'string', pattern }, JSON.stringify(value))]).toEqual([value, matches]);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5 }), (value) => {
        expect(has({ type: 'string', pattern }, JSON.stringify(value))).toBe(new RegExp(pattern, 'u').test(value));
      }),
      { numRuns: 20 },
    );
  });

  it.each<[unknown, string]>([
    [
      { type: 'nonsense' },
      'JSON schema #/type: expected one of null, boolean, integer, number, string, array, object, or several, got "nonsense"',
    ],
    [
      { type: 'array', items: { type: 'string' }, uniqueItems: true },
      'JSON schema #/uniqueItems: expected a keyword among',
    ],
    [
      { items: { type: 'string', pattern: '^a(?=b)' } },
      'JSON schema #/items/pattern: expected a regular expression of characters, escapes, classes, groups, |, * + ? {m,n}, with ^ and $ at its ends only, got (?=b…, a lookaround; write the pattern without it',
    ],
    [{ type: 'string', pattern: '(a)\\1' }, '#/pattern: expected a regular expression of characters, escapes'],
    [{ type: 'string', pattern: '\\bword\\b' }, 'got \\b; write the pattern without it'],
    [{ type: 'string', pattern: 'a^b' }, 'got ^ inside the pattern; write the pattern without it'],
    [{ type: 'string', pattern: 'a{3000}' }, 'got {3000}, more than 2000 times; write the pattern without it'],
    [{ type: 'string', pattern: '[z-a]' }, 'Range out of order in character class'],
    [
      { type: 'string', pattern: '^a*$', maxLength: 3 },
      'JSON schema #/pattern: expected pattern without minLength and maxLength, got one; write the length into the pattern',
    ],
    [{ type: 'array', items: 3 }, 'JSON schema #/items: expected a schema: an object, true or false, got 3'],
    [[], 'JSON schema #: expected a schema: an object, true or false, got []'],
    [
      { properties: { 'a/b': { minLength: -1 } } },
      'JSON schema #/properties/a~1b/minLength: expected an integer ≥ 0, got -1',
    ],
    [{ $ref: '#/$defs/none' }, 'JSON schema #/$ref: expected a place within the schema that holds a schema'],
    [{ $ref: '#/$defs/100%' }, 'JSON schema #/$ref: expected a place within the schema that holds a schema'],
    [{ anyOf: [{ type: 'null' }], type: 'null' }, 'JSON schema #/type: expected anyOf without other keywords'],
    [
      { oneOf: [{ type: 'integer' }, { type: 'number' }] },
      'JSON schema #/oneOf/1: expected a type that no other schema of oneOf has, got number; use anyOf',
    ],
    [{ allOf: [true, true] }, 'JSON schema #/allOf: expected a list of one schema'],
    [{ type: 'integer', minimum: 7 }, 'JSON schema #/minimum: expected both minimum and maximum'],
    [{ enum: ['a'], minLength: 3 }, 'JSON schema #/minLength: expected only type in addition to enum or const'],
  ])('is refused with its place: %j', (schema, message) => {
    const error = expect.objectContaining({ code: 'JSON_SCHEMA', message: expect.stringContaining(message) });
    expect(() => jsonSchemaGrammar(schema as JsonSchema, tokens)).toThrow(error);
  });

  it.each<[JsonSchema, string]>([
    [false, '#'],
    [{ enum: [] }, '#/enum'],
    [{ enum: [1], type: 'string' }, '#'],
    [{ type: 'array', items: false, minItems: 1 }, '#/minItems'],
    [{ type: 'array', minItems: 3, maxItems: 2 }, '#/minItems'],
    [{ type: 'integer', minimum: 3, maximum: 2 }, '#/minimum'],
    [{ type: 'object', required: ['a'], additionalProperties: false }, '#/required'],
    [{ type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }, '#'],
    [{ $ref: '#' }, '#'],
  ])('that no value meets is refused: %j', (schema, where) => {
    const message = expect.stringMatching(
      new RegExp(`^JSON schema ${where}: .*(no value|none that does|that allows a value|allows none)`),
    );
    expect(() => jsonSchemaGrammar(schema, tokens)).toThrow(expect.objectContaining({ code: 'JSON_SCHEMA', message }));
  });

  it('that no token begins is refused', () => {
    const message = expect.stringContaining('none that does');
    expect(() => jsonSchemaGrammar({ type: 'null' }, [encoder.encode('x')])).toThrow(
      expect.objectContaining({ code: 'JSON_SCHEMA', message }),
    );
  });
});

const model = causalLanguageModel(
  tinyConfig('llama', { vocab_size: tokens.length, eos_token_id: end, max_position_embeddings: 160 }),
);
const engine = openOnnxEngine();
const writer = tokenGenerator({ model, parameters: tinyParameters(model), engine });

describe('a model under a grammar', () => {
  const list = jsonSchemaGrammar({ type: 'array', items: { type: 'string', maxLength: 3 }, maxItems: 3 }, tokens);

  it('writes what is allowed and likeliest, or drawn, several prompts at once as each alone', async () => {
    const prompts = [[1, 7, 9], [65], [4, 4, 4, 8]];
    for (const options of [{}, { temperature: 1.5, topK: 20, seed: 3 }, { topP: 0.8 }, { repetitionPenalty: 1.3 }]) {
      const together = await writer.generate(prompts, { ...options, grammar: list });
      for (const { ids, ended, isWhole } of together) {
        expect([ended, isWhole]).toEqual(['stop', true]);
        expect(JSON.parse(textOf(ids)).length).toBeLessThanOrEqual(3);
      }
      expect((await writer.generate(prompts.slice(0, 1), { ...options, grammar: list }))[0]).toEqual(together[0]);
      expect(await writer.generate(prompts, { ...options, grammar: list, batchSize: 2 })).toHaveLength(3);
    }
  });

  it('draws by the probabilities that are left: the order of tokens does not change, forbidden ones are out', async () => {
    const either = jsonSchemaGrammar({ enum: [1, 2] }, tokens);
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const drawn = await Promise.all(
      seeds.map(async (seed) =>
        textOf((await writer.generate([[1]], { temperature: 5, seed, grammar: either }))[0].ids).trim(),
      ),
    );
    expect(new Set(drawn)).toEqual(new Set(['1', '2']));
  });

  it('ends where it may and its end token is likeliest, and nowhere else, whatever the end token is', async () => {
    const [free] = await writer.generate([[1]], { maxNewTokens: 1, stopTokenIds: [] });
    const grammar = jsonSchemaGrammar({ type: 'array', items: { const: 1 }, minItems: 2 }, tokens);
    const [{ ids, isWhole }] = await writer.generate([[1]], {
      grammar,
      stopTokenIds: [free.ids[0], end],
      maxNewTokens: 40,
    });
    expect(ids.length).toBeGreaterThan(3);
    if (isWhole) expect(JSON.parse(textOf(ids)).length).toBeGreaterThanOrEqual(2);
  });

  it('says that a limit ended it within', async () => {
    const [text] = await writer.generate([[1]], { grammar: list, maxNewTokens: 2 });
    expect(text).toMatchObject({ ended: 'max-new-tokens', isWhole: false });
    const [other] = await writer.generate([[1]], { grammar: list, endsAfter: () => true });
    expect(other).toMatchObject({ ended: 'stop', isWhole: false });
  });

  it('says that no token goes on', async () => {
    const few = tokens
      .map((bytes) => (bytes?.[0] === 0x6c ? undefined : bytes))
      .map((bytes, i) => (pieces[i - 256] === 'null' ? undefined : bytes));
    const [text] = await writer.generate([[1]], { grammar: jsonSchemaGrammar({ type: 'null' }, few) });
    expect(text).toMatchObject({ ended: 'dead-end', isWhole: false });
    expect(textOf(text.ids).trim()).toBe('nu');
  });

  it('writes values of any schema, greedy and drawn', { timeout: 120_000 }, async () => {
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(schemas, fc.nat(1000), fc.boolean(), async (schema, seed, doSample) => {
        const grammar = jsonSchemaGrammar(schema, tokens);
        const options = { grammar, seed, doSample, temperature: 2, maxNewTokens: 150 };
        for (const { ids, isWhole, ended } of await writer.generate([[1 + (seed % 200)], [3, 4]], options)) {
          if (ended === 'stop') expect(isWhole).toBe(true);
          whole += isWhole ? 1 : 0;
          if (isWhole) expect([schema, meets(JSON.parse(textOf(ids)), schema)]).toEqual([schema, true]);
        }
      }),
      { numRuns: 100 },
    );
    expect(whole).toBeGreaterThan(100); // of 200
  });
});

/** Schemas of a few levels, whose texts tend to be short. */
const schemas: fc.Arbitrary<JsonSchema> = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonSchema>(
      { type: 'null' },
      { type: 'boolean' },
      { type: 'integer' },
      { type: 'number', minimum: 0 },
    ),
    fc.record({ type: fc.constant('string'), minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 5 }) }),
    fc.record({
      enum: fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -9, max: 0 }), maximum: fc.nat(30) }),
    fc.record({
      ...{ type: fc.constant('array'), items: tie('schema') },
      ...{ minItems: fc.nat(1), maxItems: fc.integer({ min: 1, max: 3 }) },
    }),
    fc
      .record({
        type: fc.constant('object'),
        properties: fc.dictionary(
          fc.string({ maxLength: 4 }).filter((name) => name !== '__proto__'),
          tie('schema'),
          { maxKeys: 3 },
        ),
        additionalProperties: fc.constant(false),
      })
      .map((own) => ({ ...own, required: Object.keys(own.properties).slice(1) })),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
})).schema;

/** The definition of validity, for the keywords of `schemas`. */
function meets(value: unknown, schema: JsonSchema): boolean {
  if (typeof schema === 'boolean') return schema;
  if (schema.anyOf) return schema.anyOf.some((own) => meets(value, own));
  if (schema.enum) return schema.enum.some((own) => JSON.stringify(own) === JSON.stringify(value));
  const { minItems = 0, maxItems = 1e9, minLength = 0, maxLength = 1e9, minimum = -1e300, maximum = 1e300 } = schema;
  const within = (n: number, least: number, most: number) => n >= least && n <= most;
  switch (schema.type) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && within(value as number, minimum, maximum);
    case 'number':
      return typeof value === 'number' && within(value, minimum, maximum);
    case 'string':
      return typeof value === 'string' && within(Array.from(value).length, minLength, maxLength);
    case 'array':
      return (
        Array.isArray(value) &&
        within(value.length, minItems, maxItems) &&
        value.every((own) => meets(own, schema.items!))
      );
    default: {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const entries = Object.entries(value);
      return (
        entries.every(
          ([name, own]) => Object.hasOwn(schema.properties!, name) && meets(own, schema.properties![name]),
        ) && schema.required!.every((name) => Object.hasOwn(value, name))
      );
    }
  }
}

it('refuses a schema that is nested too deeply', () => {
  const schema = nested(20_000);
  expect(() =>
    jsonSchemaGrammar(
      schema,
      pieces.map((piece) => encoder.encode(piece)),
    ),
  ).toThrow('JSON schema #: expected schemas within schemas, got ones that are nested too deeply; write fewer levels');
});
