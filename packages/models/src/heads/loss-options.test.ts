import { float32, type HostTensors, int32, type LossOptions } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import type { Task } from '../checkpoint/model-config';
import { modelForTask } from '../model';
import { selectLabeled } from '../select-tokens';

const engine = openOnnxEngine();
const packed = packSequences([{ ids: [2, 4, 9, 3] }, { ids: [2, 8, 4, 11, 3] }], { rowLength: 12 });
const tokens = selectLabeled(packed, [
  [-100, 1, -100, -100],
  [-100, -100, 0, 1, -100],
]);
const labeled = (labels: HostTensors[string]): HostTensors => ({ ...packed, labels, weights: float32([1, 1]) });
const classes = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
const two = float32([1, 0, 1, 0, 0, 1], [2, 3]);

const cases: readonly (readonly [Task, Record<string, unknown>, HostTensors])[] = [
  ['sequence-classification', classes, labeled(int32([2, 0]))],
  ['sequence-classification', { ...classes, problem_type: 'multi_label_classification' }, labeled(two)],
  ['token-classification', classes, { ...tokens }],
  ['masked-lm', {}, { ...tokens }],
];

const softmaxLogs = (row: readonly number[]) => {
  const sum = row.reduce((total, x) => total + Math.exp(x), 0);
  return row.map((x) => x - Math.log(sum));
};

/** The loss of one read, by the formulas. */
function lossOfRow(row: readonly number[], labels: readonly number[], { labelSmoothing: e = 0, focalGamma: g = 0 }) {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  if (labels.length === 1) {
    const logs = softmaxLogs(row);
    const log = logs[labels[0]];
    return (1 - e) * (1 - Math.exp(log)) ** g * -log - e * mean(logs);
  }
  return mean(
    row.map((x, i) => {
      const p = 1 / (1 + Math.exp(-x));
      const y = labels[i] * (1 - e) + e / 2;
      const right = labels[i] === 1 ? p : 1 - p;
      return (1 - right) ** g * -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
    }),
  );
}

function expectedLoss(logits: HostTensors[string], { labels, weights }: HostTensors, options: LossOptions): number {
  const [reads, width] = logits.shape;
  const each = labels.data.length / reads;
  const counted = [...weights.data].map((weight, i) => (each === 1 && labels.data[i] < 0 ? 0 : weight));
  const losses = counted.map((weight, i) => {
    const row = [...logits.data.subarray(i * width, (i + 1) * width)];
    return weight === 0 ? 0 : weight * lossOfRow(row, [...labels.data.subarray(i * each, (i + 1) * each)], options);
  });
  return losses.reduce((a, b) => a + b, 0) / counted.reduce((a, b) => a + b, 0);
}

describe.each(cases)('%s, %j', (task, more, batch) => {
  it.each([{}, { labelSmoothing: 0.2 }, { focalGamma: 2 }])('has the loss of %j', async (options) => {
    const model = modelForTask(tinyConfig('bert', more), task, options);
    const outputs = await engine.compile(model.program).run(batch, tinyParameters(model));
    expect(outputs.loss.data[0]).toBeCloseTo(expectedLoss(outputs.logits, batch, options), 5);
  });
});

it('refuses options for a regression', async () => {
  const config = tinyConfig('bert', { problem_type: 'regression', id2label: { 0: 'x' } });
  const model = modelForTask(config, 'sequence-classification', { labelSmoothing: 0.1 });
  const batch = labeled(float32([1, 0], [2, 1]));
  const run = async () => engine.compile(model.program).run(batch, tinyParameters(model));
  await expect(run()).rejects.toThrow('labelSmoothing and focalGamma are not used by a regression');
});
