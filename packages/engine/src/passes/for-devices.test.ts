import { expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { dropout } from '../ops/dropout/dropout';
import { softmaxCrossEntropy } from '../ops/losses';
import { record, withGradients } from '../record/record';
import { bytesOf, float32, int32 } from '../tensor';
import { denseClasses, hashMasks, packMasks } from './for-devices';
import { optimize } from './optimize';

const packedBatch = {
  x: float32(new Float32Array(4 * 24).fill(1), [4, 24]),
  probabilities: float32(new Float32Array(2 * 3 * 4).fill(1), [1, 2, 3, 4]),
  seed: int32([3, 8]),
  sequenceIds: int32([0, 0, 1, 1], [1, 4]),
  positionIds: int32([0, 1, 0, 1]),
  keySequenceIds: int32([0, 0, 1, 1], [1, 4]),
};

it('gives the same masks, of a bit for each entry', () => {
  const program = optimize(
    record(({ x, probabilities, keySequenceIds, ...source }) => {
      const { seed, sequenceIds, positionIds } = source;
      return {
        hidden: dropout(x, { seed, sequenceIds, positionIds }, { rate: 0.4, op: 1 }),
        attended: dropout(probabilities, { seed, sequenceIds, positionIds }, { rate: 0.4, op: 2, keySequenceIds }),
      };
    }, packedBatch),
  );
  const packed = packMasks(program);
  expect(replayFloat64(packed, packedBatch)).toEqual(replayFloat64(program, packedBatch));
  const made = (kernel: string) =>
    packed.nodes.filter((node) => node.kernel === kernel).map(({ outputs }) => bytesOf(packed.values[outputs[0]]));
  expect(made('DropoutMask')).toEqual([]);
  expect(made('DropoutBits')).toEqual([12, 4]); // of 96 and 24 entries
  expect(made('UnpackMask')).toEqual([384, 96]);
});

const hashedBatch = {
  x: float32(new Float32Array(4 * 24).fill(1), [4, 24]),
  probabilities: float32(new Float32Array(2 * 3 * 2 * 3).fill(1), [2, 3, 2, 3]),
  seed: int32([3, 8]),
  sequenceIds: int32([0, 0, 1, 1], [2, 2]),
  positionIds: int32([0, 1, 0, 1]),
  keySequenceIds: int32([0, 0, -1, -1, 1, 1], [2, 3]),
};

it('gives the same masks, from keys of rows and spans that are found once', () => {
  const program = optimize(
    record(({ x, probabilities, keySequenceIds, ...source }) => {
      const { seed, sequenceIds, positionIds } = source;
      const tokens = { seed, sequenceIds, positionIds };
      return {
        hidden: dropout(x, tokens, { rate: 0.4, op: 1 }),
        first: dropout(probabilities, tokens, { rate: 0.4, op: 2, keySequenceIds }),
        second: dropout(probabilities, tokens, { rate: 0.1, op: 3, keySequenceIds }),
      };
    }, hashedBatch),
  );
  const hashed = hashMasks(program);
  expect(replayFloat64(hashed, hashedBatch)).toEqual(replayFloat64(program, hashedBatch));
  const count = (kernel: string) => hashed.nodes.filter((node) => node.kernel === kernel).length;
  expect(count('DropoutMask')).toBe(0);
  expect(count('HashedMask')).toBe(3);
  expect(count('DropoutSpans')).toBe(1);
});

it('gives the same gradients of a loss over classes', () => {
  const batch = { labels: int32([2, 0]), weights: float32([1, 0.5]) };
  const parameters = { logits: float32([0.5, -1, 2, 1, 3, -2], [2, 3]) };
  const derived = withGradients(
    ({ labels, weights }, { logits }) => ({ loss: softmaxCrossEntropy(logits, labels, weights) }),
    ['logits'],
  );
  const program = optimize(record(derived, batch, parameters));
  const dense = denseClasses(program);
  const inputs = { ...batch, ...parameters };
  expect(replayFloat64(dense, inputs)).toEqual(replayFloat64(program, inputs));
  const kernels = ({ nodes }: typeof program) => nodes.map(({ kernel }) => kernel);
  expect(kernels(program)).toContain('AddToClass');
  expect(kernels(dense)).not.toContain('AddToClass');
});
