import { describe, expect, it } from 'vitest';
import { UsageError } from '../program/failure';
import { planParts } from './parts';

describe('planParts', () => {
  it.each([
    [{}, [0.8, 0.1, 0.1]],
    [{ split: '80/20' }, [0.8, 0.2]],
    [{ split: '70/15/15' }, [0.7, 0.15, 0.15]],
    [{ testData: 't.csv' }, [0.9, 0.1]],
    [{ testData: 't.csv', split: '80/20' }, [0.8, 0.2]],
  ])('%j shares --data out as %j', (flags, fractions) => {
    expect(planParts(flags)).toMatchObject({ kind: 'split', fractions });
  });

  it('trains on all of --data beside --eval-data', () => {
    const files = { evalData: 'e.csv', testData: 't.csv' };
    expect(planParts(files)).toEqual({ kind: 'files', ...files });
  });

  it.each([
    [{ evalData: 'e.csv', split: '80/20' }, '--split: cannot be used with --eval-data'],
    [{ evalData: 'e.csv', groupBy: 'id' }, '--group-by: cannot be used with --eval-data'],
    [{ testData: 't.csv', split: '80/10/10' }, '--split: expected two parts'],
  ])('refuses %j', (flags, message) => {
    expect(() => planParts(flags)).toThrow(UsageError);
    expect(() => planParts(flags)).toThrow(message);
  });
});
