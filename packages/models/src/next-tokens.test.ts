import { expect, it } from 'vitest';
import { nextTokens } from './select-tokens';

it("gives each token the next one's label, and the last none", () => {
  expect([...nextTokens([1, 403, -100, 407])]).toEqual([403, -100, 407, -100]);
  expect([...nextTokens(Int32Array.of(5))]).toEqual([-100]);
  expect([...nextTokens([])]).toEqual([]);
});
