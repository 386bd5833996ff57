import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearchSpace, sampleParameters } from './search-space';

const space = parseSearchSpace({
  learningRate: { min: 1e-5, max: 1e-3, scale: 'log' },
  perDeviceTrainBatchSize: [16, 32],
  numTrainEpochs: { min: 2, max: 6, integer: true },
});
const many = Array.from({ length: 6000 }, (_, i) => sampleParameters(space, { seed: 7, trial: i + 1 }));

describe('sampleParameters', () => {
  it('depends on seed, trial and name alone', () => {
    const { learningRate, ...others } = space;
    const wider = { ...others, weightDecay: { min: 0, max: 0.1 }, learningRate };
    const at = (trial: number, seed = 7) => sampleParameters(space, { seed, trial });
    expect(sampleParameters(wider, { seed: 7, trial: 5 })).toMatchObject(at(5));
    expect(at(5)).toEqual(many[4]);
    expect(at(5, 8)).not.toEqual(at(5));
    expect(sampleParameters({ a: [1, 2, 3, 4], b: [1, 2, 3, 4] }, { seed: 3, trial: 2 })).toEqual({ a: 3, b: 2 }); // as ever
  });

  it('spreads a logarithmic range evenly over its orders of magnitude, a linear one over its values', () => {
    const share = (holds: (one: (typeof many)[0]) => boolean) => many.filter(holds).length / many.length;
    // Standard deviation of a share of 1/2: 0.0065; of 1/5: 0.0052.
    expect(Math.abs(share(({ learningRate }) => Number(learningRate) < 1e-4) - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(share(({ perDeviceTrainBatchSize }) => perDeviceTrainBatchSize === 16) - 0.5)).toBeLessThan(0.03);
    for (const epochs of [2, 3, 4, 5, 6])
      expect(Math.abs(share(({ numTrainEpochs }) => numTrainEpochs === epochs) - 0.2)).toBeLessThan(0.025);
    const both = share((one) => Number(one.learningRate) < 1e-4 && one.perDeviceTrainBatchSize === 16);
    expect(Math.abs(both - 0.25)).toBeLessThan(0.03); // independent of one another
  });

  it('stays in the range, on any range', () => {
    const bound = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.nat(), fc.boolean(), (a, b, trial, log) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const range = parseSearchSpace({ x: { min, max, scale: log ? 'log' : 'linear' } });
        const { x } = sampleParameters(range, { seed: 1, trial });
        expect(x).toBeGreaterThanOrEqual(min);
        expect(x).toBeLessThanOrEqual(max);
      }),
    );
  });
});

describe('parseSearchSpace', () => {
  it.each([
    [{}, 'space: expected at least one parameter, got none'],
    [{ a: 1 }, 'space.json line 3: expected a list of values, or {"min": …, "max": …}, got 1'],
    [{ a: [] }, 'line 3: expected at least one value, got an empty list'],
    [{ a: [1, [2]] }, 'line 3: expected numbers, words, true or false, got [2] among them'],
    [{ a: { min: 2, max: 1 } }, 'line 3: expected min ≤ max, got the empty range 2 to 1'],
    [{ a: { min: 2 } }, 'line 3: expected numbers as min and max, got {"min":2}'],
    [{ a: { min: 0, max: 1, scale: 'log' } }, 'line 3: expected min > 0 with scale log, got 0'],
    [{ a: { min: 1, max: 2, scale: 'cubic' } }, 'line 3: expected scale linear or log, got "cubic"'],
    [{ a: { min: 1.5, max: 3, integer: true } }, 'line 3: expected integers as min and max, got 1.5 and 3'],
    [{ a: { min: 1, max: 2, step: 1 } }, 'line 3: expected min, max, scale, integer, got "step"'],
  ])('refuses %j', (written, message) => {
    const parse = () => parseSearchSpace(written, () => 'space.json line 3');
    expect(parse).toThrow(expect.objectContaining({ code: 'SEARCH_SPACE', message: expect.stringContaining(message) }));
  });
});
