import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topLevelKeys } from './safetensors';

it('finds repeated keys, and none of those inside values', () => {
  expect(topLevelKeys('{"a": {"b": [1, {"c": "\\"d\\": 1"}]}, "a": "x:y", "\\u0061": 1}')).toEqual(['a', 'a', 'a']);
});

it('agrees with JSON.parse on any object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      expect(topLevelKeys(JSON.stringify(object, null, 1)).sort()).toEqual(Object.keys(object).sort());
    }),
  );
});
