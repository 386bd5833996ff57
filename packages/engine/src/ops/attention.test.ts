import { expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { record } from '../record/record';
import { int32 } from '../tensor';
import { sequenceBias } from './attention';

const keys = { keyIds: int32([4, 4, 4, 5, 5, -1], [1, 6]), keyPositions: int32([0, 1, 2, 0, 1, 0], [1, 6]) };
// The second token of one sequence, and the first of the next.
const inputs = { ...keys, queryIds: int32([4, 5], [1, 2]), queryPositions: int32([1, 0], [1, 2]) };

/** Which of six keys each query sees. */
function seen(isCausal: boolean, window?: number): string[] {
  const program = record(({ queryIds, keyIds, queryPositions, keyPositions }) => {
    const causal = isCausal ? { queries: queryPositions, keys: keyPositions, window } : undefined;
    return { bias: sequenceBias(queryIds, keyIds, causal) };
  }, inputs);
  const { data, shape } = replayFloat64(program, inputs).bias;
  expect(shape).toEqual([1, 1, 2, 6]);
  return [0, 1].map((query) =>
    Array.from(data.subarray(query * 6, query * 6 + 6), (bias) => (bias === 0 ? 'x' : '.')).join(''),
  );
}

it('shows a query the keys of its own sequence, and of these only the earlier ones where it looks back', () => {
  expect(seen(false)).toEqual(['xxx...', '...xx.']);
  expect(seen(true)).toEqual(['xx....', '...x..']);
});

it('shows a query the last keys alone where it has a window', () => {
  expect(seen(true, 2)).toEqual(['xx....', '...x..']);
  expect(seen(true, 1)).toEqual(['.x....', '...x..']);
});
