import { expect, it } from 'vitest';
import { takeRows } from './take-rows';

it('takes the same rows of every column, in the order asked for', () => {
  const columns = { texts: ['a', 'b', 'c'], labels: [1, 2, 3] };
  expect(takeRows(columns, Int32Array.of(2, 0))).toEqual({ texts: ['c', 'a'], labels: [3, 1] });
});
