import { float32, type HostTensor, type HostTensors, int32 } from '@attune/engine';
import { classificationReport, multiLabelReport, regressionReport } from '@attune/metrics';
import type { ModelConfig } from '@attune/models';

/** What the head learns of one example: a class id, one 0/1 a label, or one number an output. */
export type Target = number | readonly number[];

/** What a batch needs besides its tokens: `labels` and `weights`, 0 for reads past the last example. */
export function targetTensors(targets: readonly Target[], reads: number, config: ModelConfig): HostTensors {
  const weights = float32(Float32Array.from({ length: reads }, (_, i) => (i < targets.length ? 1 : 0)));
  return { labels: labelTensor(targets, reads, config), weights };
}

function labelTensor(targets: readonly Target[], reads: number, { problemType, labels }: ModelConfig): HostTensor {
  if (problemType === undefined || problemType === 'single_label_classification') {
    const ids = new Int32Array(reads);
    ids.set(targets as readonly number[]);
    return int32(ids);
  }
  const values = new Float32Array(reads * labels.length);
  targets.forEach((target, i) => values.set([target].flat() as number[], i * labels.length));
  return float32(values, [reads, labels.length]);
}

/** Scores of logits [examples · labels]: probabilities, or the outputs themselves for a regression. */
export function scoresOf(logits: Float32Array, { problemType, labels }: ModelConfig): Float32Array {
  if (problemType === 'regression') return logits.slice();
  if (problemType === 'multi_label_classification') return logits.map((x) => 1 / (1 + Math.exp(-x)));
  const scores = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += labels.length) {
    const row = logits.subarray(start, start + labels.length);
    const max = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
    row.forEach((x, i) => {
      scores[start + i] = Math.exp(x - max) / sum;
    });
  }
  return scores;
}

/** Index of the largest entry of each row of `width`. */
export function argMaxRows(values: ArrayLike<number>, width: number): Int32Array {
  return Int32Array.from({ length: values.length / width }, (_, row) => {
    let best = 0;
    for (let i = 1; i < width; i++) if (values[row * width + i] > values[row * width + best]) best = i;
    return best;
  });
}

/** The metrics of a task, by name: numbers only, so that any of them can choose the best model. */
export function sequenceMetrics(
  logits: Float32Array,
  targets: readonly Target[],
  config: ModelConfig,
): Record<string, number> {
  const width = config.labels.length;
  if (config.problemType === 'regression') {
    const { mse, rmse, mae, r2 } = regressionReport(targets.flat() as number[], Array.from(logits));
    return { mse, rmse, mae, r2 };
  }
  if (config.problemType === 'multi_label_classification') {
    const predicted = targets.map((_, i) =>
      Array.from(logits.subarray(i * width, (i + 1) * width), (x) => Number(x > 0)),
    );
    const report = multiLabelReport(targets as readonly number[][], predicted);
    return { accuracy: report.subsetAccuracy, microF1: report.micro.f1, macroF1: report.macro.f1 };
  }
  const report = classificationReport(targets as readonly number[], argMaxRows(logits, width));
  const { precision: macroPrecision, recall: macroRecall, f1: macroF1 } = report.macro;
  return { accuracy: report.accuracy, macroF1, weightedF1: report.weighted.f1, macroPrecision, macroRecall };
}

type ProblemType = NonNullable<ModelConfig['problemType']>;
type ExampleLoss = (logits: Float32Array, target: Target) => number;

/** The engine's losses of one example, in float64. */
const losses: Readonly<Record<ProblemType, ExampleLoss>> = {
  single_label_classification: (logits, target) => logSumExp(logits) - logits[target as number],
  multi_label_classification: (logits, target) => {
    const present = [target].flat();
    return mean(logits, (x, i) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - x * present[i]); // softplus(x) − x·y
  },
  regression: (logits, target) => {
    const wanted = [target].flat();
    return mean(logits, (x, i) => (x - wanted[i]) ** 2);
  },
};

/**
 * The mean loss of logits [examples · labels] that are already there: what the model's own program computes with its
 * labels, in float64. NaN for no examples.
 */
export function meanLoss(
  logits: Float32Array,
  targets: readonly Target[],
  { problemType = 'single_label_classification', labels: { length: width } }: ModelConfig,
): number {
  const row = (i: number) => logits.subarray(i * width, (i + 1) * width);
  return targets.reduce<number>((sum, target, i) => sum + losses[problemType](row(i), target), 0) / targets.length;
}

function logSumExp(values: Float32Array): number {
  const max = values.reduce((a, b) => Math.max(a, b));
  return max + Math.log(values.reduce((sum, x) => sum + Math.exp(x - max), 0));
}

function mean(values: Float32Array, value: (x: number, i: number) => number): number {
  return values.reduce((sum, x, i) => sum + value(x, i), 0) / values.length;
}
