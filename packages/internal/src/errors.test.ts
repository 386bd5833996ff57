import { expect, it } from 'vitest';
import { AttuneError, isAttuneError } from './errors';

it('recognizes an error of any copy of the class by its name and code', () => {
  const ours = new AttuneError('DATA_EMPTY', 'jobs.csv: expected rows, got none');
  const copy = Object.assign(new Error('the same'), { name: 'AttuneError', code: 'DATA_EMPTY' });
  expect([ours, copy].map((error) => isAttuneError(error))).toEqual([true, true]);
  expect(isAttuneError(copy, 'DATA_JSON', 'DATA_EMPTY')).toBe(true);
  expect(isAttuneError(ours, 'DATA_JSON')).toBe(false);
  expect(
    [new Error('DATA_EMPTY'), { name: 'AttuneError', code: 'DATA_EMPTY' }, undefined].some((x) => isAttuneError(x)),
  ).toBe(false);
});
