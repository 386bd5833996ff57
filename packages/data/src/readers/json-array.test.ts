import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../test/failure';
import { elementsOfChunks } from './json-array';
import type { Line } from './lines';

async function elementsOf(text: string, size = 1000): Promise<Line[]> {
  async function* chunks() {
    for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
  }
  const elements: Line[] = [];
  for await (const element of elementsOfChunks(chunks(), 'x.json')) elements.push(element);
  return elements;
}

describe('elementsOfChunks', () => {
  it('gives every element of any array, in pieces of any size', async () => {
    const form = fc.record({ size: fc.integer({ min: 1, max: 9 }), indent: fc.constantFrom(undefined, 2, '\t') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), form, async (values, { size, indent }) => {
        const elements = await elementsOf(`\n${JSON.stringify(values, null, indent)}\n`, size);
        expect(elements.map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('knows the line on which each begins', async () => {
    expect(await elementsOf('[\n  {"a":\n 1},\n\n "b, ]\\"" ]', 3)).toEqual([
      { line: 2, text: '{"a":\n 1}' },
      { line: 5, text: '"b, ]\\""' },
    ]);
  });

  it.each([
    ['no array', '{"a": 1}', 'x.json line 1: expected an array of objects, [{"text": "…"}, …], got "{"'],
    ['an array that does not end', '[{"a": 1},\n{"a": 2}', 'x.json line 2: expected a whole array of objects'],
    ['an open string', '[\n"a', 'x.json line 2: expected a whole array'],
    ['an element that is missing', '[1,\n,2]', 'x.json line 2: expected an element between commas, got none'],
    ['a comma at the end', '[1,\n]', 'x.json line 2: expected an element between commas, got none'],
    ['what follows', '[1]\n[2]', 'x.json line 2: expected nothing after the array, got "["'],
  ])('refuses %s', async (_, text, message) => {
    expect(await rejection(elementsOf(text))).toMatchObject({
      code: 'DATA_JSON',
      message: expect.stringContaining(message),
    });
  });
});
