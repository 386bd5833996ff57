import { expect, it } from 'vitest';
import { replayFloat64 } from '../engines/replay/float64';
import { dropout } from '../ops/dropout';
import { record } from '../record/record';
import { float32, int32 } from '../tensor';
import { hashMasks } from './hashed-masks';
import { optimise } from './optimise';

const batch = {
  x: float32(new Float32Array(4 * 24).fill(1), [4, 24]),
  probabilities: float32(new Float32Array(2 * 3 * 2 * 3).fill(1), [2, 3, 2, 3]),
  seed: int32([3, 8]),
  sequenceIds: int32([0, 0, 1, 1], [2, 2]),
  positionIds: int32([0, 1, 0, 1]),
  keySequenceIds: int32([0, 0, -1, -1, 1, 1], [2, 3]),
};

it('gives the same masks, from keys of rows and spans that are found once', () => {
  const program = optimise(
    record(({ x, probabilities, keySequenceIds, ...source }) => {
      const { seed, sequenceIds, positionIds } = source;
      const tokens = { seed, sequenceIds, positionIds };
      return {
        hidden: dropout(x, tokens, { rate: 0.4, op: 1 }),
        first: dropout(probabilities, tokens, { rate: 0.4, op: 2, keySequenceIds }),
        second: dropout(probabilities, tokens, { rate: 0.1, op: 3, keySequenceIds }),
      };
    }, batch),
  );
  const hashed = hashMasks(program);
  expect(replayFloat64(hashed, batch)).toEqual(replayFloat64(program, batch));
  const count = (kernel: string) => hashed.nodes.filter((node) => node.kernel === kernel).length;
  expect(count('DropoutMask')).toBe(0);
  expect(count('HashedMask')).toBe(3);
  expect(count('DropoutSpans')).toBe(1);
});
