import type { ModelConfig } from '@attune/models';
import type { Target } from './sequence';

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
