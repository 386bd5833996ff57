import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import { gradientName, type ProgramFunction, record, withGradients } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import { largestDifference, replayFloat64 } from '../testing';
import { type LossOptions, sigmoidCrossEntropy, softmaxCrossEntropy } from './losses';

interface Golden {
  readonly logits: readonly number[];
  readonly labels: readonly number[];
  readonly present: readonly number[];
  readonly cases: readonly {
    readonly kind: 'softmax' | 'sigmoid';
    readonly options: LossOptions;
    readonly weights: readonly number[];
    readonly loss: number;
    readonly gradient: readonly number[];
  }[];
}

/** transformers' LabelSmoother, PyTorch's losses and the focal loss, with PyTorch's gradients: peers/make_options.py. */
const golden: Golden = JSON.parse(readFileSync(new URL('../../fixtures/losses.json', import.meta.url), 'utf8'));
const functions = { softmax: softmaxCrossEntropy, sigmoid: sigmoidCrossEntropy };
const labelsOf = {
  softmax: int32(Int32Array.from(golden.labels)),
  sigmoid: float32(Float32Array.from(golden.present), [5, 4]),
};
const logits = float32(Float32Array.from(golden.logits), [5, 4]);

const lossProgram =
  (kind: Golden['cases'][number]['kind'], options?: LossOptions): ProgramFunction =>
  ({ labels, weights }, { logits }) => ({ loss: functions[kind](logits, labels, weights, options) });

function derive(fn: ProgramFunction, batch: HostTensors, parameters: HostTensors) {
  const derived = withGradients(fn, ['logits']);
  return replayFloat64(record(derived, batch, parameters), { ...batch, ...parameters });
}

describe('losses', () => {
  it.each(golden.cases)('of a $kind with $options and weights $weights equal the reference', (own) => {
    const batch = { labels: labelsOf[own.kind], weights: float32(Float32Array.from(own.weights)) };
    const result = derive(lossProgram(own.kind, own.options), batch, { logits });
    expect(result.loss.data[0]).toBeCloseTo(own.loss, 6);
    expect(largestDifference(result[gradientName('logits')].data, own.gradient).absolute).toBeLessThan(1e-7);
  });

  it('smooth a focused label by both formulas', () => {
    const batch = { labels: int32([1]), weights: float32([1]) };
    const x = [0.3, -1, 0.8];
    const logs = x.map((value) => value - Math.log(x.reduce((sum, other) => sum + Math.exp(other), 0)));
    const focused = (1 - Math.exp(logs[1])) ** 2 * -logs[1];
    const mean = -(logs[0] + logs[1] + logs[2]) / 3;
    const fn = lossProgram('softmax', { labelSmoothing: 0.3, focalGamma: 2 });
    const { loss } = derive(fn, batch, { logits: float32(x, [1, 3]) });
    expect(loss.data[0]).toBeCloseTo(0.7 * focused + 0.3 * mean, 7);
  });

  it.each(['softmax', 'sigmoid'] as const)('of a %s stay finite where a prediction is certain', async (kind) => {
    const labels = { softmax: int32([0, 1]), sigmoid: float32([1, 0, 1, 0], [2, 2]) }[kind];
    const batch = { labels, weights: float32([1, 1]) };
    const parameters = { logits: float32([60, -60, 60, -60], [2, 2]) };
    const engine = openOnnxEngine();
    for (const focalGamma of [0, 0.5, 1, 2]) {
      const fn = withGradients(lossProgram(kind, { focalGamma }), ['logits']);
      const outputs = await engine.compile(fn).run(batch, parameters);
      expect([...outputs.loss.data, ...outputs[gradientName('logits')].data].every(Number.isFinite)).toBe(true);
      expect(outputs.loss.data[0]).toBeCloseTo(kind === 'softmax' ? 60 : 0, 4);
    }
    await engine.close();
  });

  it('refuse options out of range', () => {
    const batch = { labels: labelsOf.softmax, weights: float32([1, 1, 1, 1, 1]) };
    const withOptions = (options: LossOptions) => () => record(lossProgram('softmax', options), batch, { logits });
    expect(withOptions({ labelSmoothing: 1 })).toThrow(
      'softmaxCrossEntropy: labelSmoothing expected a number in [0, 1), got 1',
    );
    expect(withOptions({ focalGamma: -1 })).toThrow(RangeError);
  });
});
