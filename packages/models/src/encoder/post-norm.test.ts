import { float32, gradientName, int32, optimize, type Program, record, withGradients } from '@attune/engine';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { encoderTypes, tinyConfig, tinyParameters } from '../../test/tiny';
import { sequenceClassifier } from '../model';

const [rows, length] = [3, 7];
const lengths = [7, 1, 4];

/** One sequence a row; what is read lies row by row where it says so. */
function batchOf(byRow: boolean) {
  const tokens = (value: (row: number, i: number) => number) =>
    int32(Int32Array.from({ length: rows * length }, (_, at) => value(Math.floor(at / length), at % length)));
  const within = (row: number, i: number) => i < lengths[row];
  return {
    inputIds: tokens((row, i) => (within(row, i) ? 1 + ((row * 11 + i * 7) % 39) : 0)),
    tokenTypeIds: tokens(() => 0),
    positionIds: tokens((_, i) => i),
    sequenceIds: { ...tokens((row, i) => (within(row, i) ? row : -1)), shape: [rows, length] },
    reads: int32([0, length, 2 * length]),
    ...(byRow && { readSequenceIds: int32([0, 1, 2], [rows, 1]), readPositionIds: int32([0, 0, 0], [rows, 1]) }),
    labels: int32([0, 1, 1]),
    weights: float32([1, 2, 3]),
  };
}

/** How many tokens are multiplied with a weight. */
function tokensOf(program: Program, weight: string): number {
  const node = program.nodes.find(({ inputs }) => Object.values(inputs).includes(program.inputs[weight]));
  return program.values[node!.inputs.x].shape[0];
}

describe.each(encoderTypes)('the last layer of a %s, for the first token of each padded row', (modelType) => {
  const model = sequenceClassifier(tinyConfig(modelType));
  const parameters = tinyParameters(model);
  const names = Object.keys(model.specs);
  const fn = withGradients(model.program, names);
  const exact = (byRow: boolean) => {
    const batch = batchOf(byRow);
    return replayFloat64(record(fn, batch, parameters), { ...batch, ...parameters });
  };

  it('has the logits, the loss and the gradients of a layer for every token', () => {
    const [few, every] = [exact(true), exact(false)];
    for (const key of ['logits', 'loss', ...names.map(gradientName)])
      expect(largestDifference(few[key].data, every[key].data).absolute, key).toBeLessThan(1e-12);
  });

  it('asks for these tokens only', () => {
    const query = names.findLast((name) => /\.(query|q_lin|q)\.weight$/.test(name))!;
    expect(tokensOf(optimize(record(model.program, batchOf(true), parameters)), query)).toBe(rows);
    expect(tokensOf(optimize(record(model.program, batchOf(false), parameters)), query)).toBe(rows * length);
  });
});
