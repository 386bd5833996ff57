import { cleanLabel } from '@attune/data';
import { AttuneError } from '@attune/internal';
import { regressionReport } from '@attune/metrics';
import { rowTensor } from './multi-label';
import type { Classifier, Problem } from './problem';

/** The predictions of a regression on a part. */
export interface ValuePredictions {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** True number of each text. */
  readonly yTrue: Float64Array;
  /** Predicted number of each text. */
  readonly yPred: Float64Array;
}

/** The prediction of a text by a regression. */
export interface ValuePrediction {
  /** The predicted number, in the target's unit. */
  readonly value: number;
}

export interface Regression {
  /** The number of an example. */
  readonly label: number;
  /** The predictions of a whole part, with the truth. */
  readonly predictions: ValuePredictions;
  /** The main metrics of `summary.json`. */
  readonly metrics: {
    /** Mean squared error, in the square of the target's unit. */
    readonly mse: number;
    /** Mean absolute error, in the target's unit. */
    readonly mae: number;
    /** Root mean squared error, in the target's unit. */
    readonly rmse: number;
    /** Share of the targets' variance that is explained, at most 1. */
    readonly r2: number;
  };
  /** The prediction of one text. */
  readonly prediction: ValuePrediction;
}

/** The name of a regression's one output in transformers. */
const output = 'LABEL_0';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number per text. */
export const regression: Problem<Regression> = {
  column: {
    expected: 'a number',
    code: 'DATA_LABEL_INVALID',
    read(field) {
      const own = cleanLabel(field);
      const value = decimal.test(own) ? Number(own) : Number.NaN;
      return Number.isFinite(value) ? value : undefined;
    },
    remedy: (field) =>
      /^[+-]?\d[\d.,\s]*$/.test(
        cleanLabel(field)
          .replace(/[%$€£]/g, '')
          .trim(),
      )
        ? 'write it with a decimal point and no other sign, such as 3.5'
        : undefined,
    names: () => [],
    renamed: (value) => value,
    strata: () => undefined,
    shared: 'at random',
    shown: String,
  },
  refuses: {
    classWeights: 'since its examples have no class',
    labelSmoothingFactor: 'since it has no labels to smooth',
    focalGamma: 'since it has no probabilities',
    tuneThreshold: 'since it has no scores',
    calibrate: 'since it has no scores',
  },

  labelsOf(values) {
    checkValues(values);
    return [output];
  },
  targetWith: () => (value) => {
    if (Number.isFinite(value)) return value;
    throw new RangeError(`expected a finite number, got ${value}`);
  },
  labelTensor: rowTensor,
  outputs: 1,
  initialize: (classifier, targets) => startAtTargets(classifier, targets as readonly number[]),

  loss: (logits, target) => {
    const expected = [target].flat();
    return logits.reduce((sum, x, i) => sum + (x - expected[i]) ** 2, 0) / logits.length;
  },
  metricNames: ['mse', 'rmse', 'mae', 'r2'],
  evaluationMetrics(logits, targets) {
    const { mse, rmse, mae, r2 } = regressionReport(targets.flat(), Array.from(logits));
    return { mse, rmse, mae, r2 };
  },

  scores: (logits) => logits.slice(),
  predict: (logits) => Array.from(logits, (value) => ({ value })),
  predictionsOf: ({ texts, targets }, logits) => ({
    texts,
    yTrue: Float64Array.from(targets as readonly number[]),
    yPred: Float64Array.from(logits),
  }),
  answers({ yTrue, yPred }) {
    const mean = meanOf(yPred);
    const isFlat = deviationOf(yPred) < 0.02 * deviationOf(yTrue);
    const predicted = Array.from(yPred, (value) => (isFlat ? `about ${mean.toPrecision(3)}` : `${value}`));
    return { truth: Array.from(yTrue, (value) => `${value}`), predicted };
  },
  metricsOf({ yTrue, yPred }) {
    const { mse, mae, rmse, r2 } = regressionReport(yTrue, yPred);
    return { mse, mae, rmse, r2 };
  },

  evaluate: ({ truth, logits, loss }) => ({
    examples: truth.length,
    ...regressionReport(truth, Float64Array.from(logits)),
    loss,
  }),
  shownMetrics: { mae: 'mean absolute error', rmse: 'root mean squared error', r2: 'R²', loss: 'loss' },
};

/**
 * Starts a new regression head at the targets' mean, its weights widened to their spread, in place.
 *
 * Its first outputs then lie near the targets in any unit. From outputs around 0 a learning rate meant
 * for classifiers would take thousands of steps to reach targets around 1,000. A trained head does not change,
 * nor does one without a bias, as in a decoder.
 */
function startAtTargets({ weight, bias }: Classifier, targets: readonly number[]): void {
  if (bias === undefined) return;
  const isNew = bias.data.every((value) => value === 0); // a trained bias is never exactly 0
  if (!isNew) return;
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
  bias.data.fill(mean);
  for (let i = 0; i < weight.data.length; i++) weight.data[i] *= Math.sqrt(variance);
}

function checkValues(values: readonly number[]): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new AttuneError(
      'DATA_LABEL_INVALID',
      `train: expected a finite number for each text, got ${values[wrong]} for text ${wrong}; correct it, or remove the text`,
    );
  if (values.every((value) => value === values[0]))
    throw new AttuneError(
      'DATA_ONE_VALUE',
      `train: expected different numbers, all ${values.length} examples are ${values[0]}; check the label column`,
    );
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
