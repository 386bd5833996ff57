import { expect, it } from 'vitest';
import { agreed, counted } from './counted';

it.each([
  [0, '0 texts are dropped'],
  [1, '1 text is dropped'],
  [1234, '1,234 texts are dropped'],
])('writes %s with its noun and verb', (count, text) => {
  expect(`${counted(count, 'text')} ${agreed(count, 'is', 'are')} dropped`).toBe(text);
});
