import { expect, it } from 'vitest';
import { replayFloat64 } from '../engines/replay/float64';
import { dropout } from '../ops/dropout';
import { record } from '../record/record';
import { bytesOf, float32, int32 } from '../tensor';
import { optimise } from './optimise';
import { packMasks } from './packed-masks';

const batch = {
  x: float32(new Float32Array(4 * 24).fill(1), [4, 24]),
  probabilities: float32(new Float32Array(2 * 3 * 4).fill(1), [1, 2, 3, 4]),
  seed: int32([3, 8]),
  sequenceIds: int32([0, 0, 1, 1], [1, 4]),
  positionIds: int32([0, 1, 0, 1]),
  keySequenceIds: int32([0, 0, 1, 1], [1, 4]),
};

it('gives the same masks, of a bit for each entry', () => {
  const program = optimise(
    record(({ x, probabilities, keySequenceIds, ...source }) => {
      const { seed, sequenceIds, positionIds } = source;
      return {
        hidden: dropout(x, { seed, sequenceIds, positionIds }, { rate: 0.4, op: 1 }),
        attended: dropout(probabilities, { seed, sequenceIds, positionIds }, { rate: 0.4, op: 2, keySequenceIds }),
      };
    }, batch),
  );
  const packed = packMasks(program);
  expect(replayFloat64(packed, batch)).toEqual(replayFloat64(program, batch));
  const made = (kernel: string) =>
    packed.nodes.filter((node) => node.kernel === kernel).map(({ outputs }) => bytesOf(packed.values[outputs[0]]));
  expect(made('DropoutMask')).toEqual([]);
  expect(made('DropoutBits')).toEqual([12, 4]); // of 96 and 24 entries
  expect(made('UnpackMask')).toEqual([384, 96]);
});
