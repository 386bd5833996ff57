import { AttuneError, type HostTensor } from '@attune/engine';
import { regressionReport } from '@attune/metrics';
import type { Problem } from './problem';

/** The name of a regression's one output, as transformers writes it. */
const output = 'LABEL_0';

/** A number a text. The yardstick predicts the training texts' mean for every text. */
export const regression: Problem<'regression'> = {
  labelsOf(values) {
    checkValues(values);
    return [output];
  },
  targetWith: () => (value) => {
    if (Number.isFinite(value)) return value;
    throw new RangeError(`expected a finite number, got ${value}`);
  },
  predictionsOf: ({ texts, targets }, logits) => ({
    texts,
    yTrue: Float64Array.from(targets as readonly number[]),
    yPred: Float64Array.from(logits),
  }),
  figuresOf({ yTrue, yPred }) {
    const { mse, mae, rmse, r2 } = regressionReport(yTrue, yPred);
    return { mse, mae, rmse, r2 };
  },
  baseline({ labels: values }, { texts, targets }) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const yTrue = Float64Array.from(targets as readonly number[]);
    return { predictions: { texts, yTrue, yPred: new Float64Array(texts.length).fill(mean) } };
  },
};

function checkValues(values: readonly number[]): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new AttuneError(
      'DATA_LABEL_INVALID',
      `train: expected a finite number for each text, got ${values[wrong]} for text ${wrong}; correct it, or leave the text out`,
    );
  if (values.every((value) => value === values[0]))
    throw new AttuneError(
      'DATA_ONE_VALUE',
      `train: expected different numbers, all ${values.length} examples are ${values[0]}; check the label column`,
    );
}

/**
 * Starts a new regression head at the targets' mean, its weights widened to their spread, in place.
 *
 * What it computes at first then lies where the targets do, whatever their unit. From outputs around 0 a learning rate meant
 * for classifiers would take thousands of steps to reach targets around 1,000. A head that was trained before stays as it is.
 */
export function startAtTargets(parameters: Readonly<Record<string, HostTensor>>, targets: readonly number[]): void {
  const { 'classifier.weight': weight, 'classifier.bias': bias } = parameters;
  const isNew = bias.data.every((value) => value === 0); // no trained bias is exactly that
  if (!isNew) return;
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
  bias.data.fill(mean);
  for (let i = 0; i < weight.data.length; i++) weight.data[i] *= Math.sqrt(variance);
}
