import { expect, it } from 'vitest';
import { expectEqual, numberOf, type Values } from '../test/compare';
import { describeWithGoldens, goldenCases } from '../test/goldens';
import * as metrics from './index';

type Golden = { name: string; y_true: number[]; y_pred: number[] } & { [key: string]: Values };

/** The reference's numbers, with NaN and infinity as they are meant. */
function goldens<T>(file: string): T[] {
  return JSON.parse(JSON.stringify(goldenCases(file)), numberOf) as T[];
}

function agreement({ y_true, y_pred }: Golden): { [key: string]: Values } {
  return {
    accuracy: metrics.accuracy(y_true, y_pred),
    balanced_accuracy: metrics.balancedAccuracy(y_true, y_pred),
    balanced_accuracy_adjusted: metrics.balancedAccuracy(y_true, y_pred, { adjusted: true }),
    matthews_corrcoef: metrics.matthewsCorrelation(y_true, y_pred),
    cohen_kappa: metrics.cohenKappa(y_true, y_pred),
    cohen_kappa_linear: metrics.cohenKappa(y_true, y_pred, { weighting: 'linear' }),
    cohen_kappa_quadratic: metrics.cohenKappa(y_true, y_pred, { weighting: 'quadratic' }),
  };
}

/** The reference's 15 bins, from counts of examples to the two errors. */
function calibration(correct: ArrayLike<number>, confidences: ArrayLike<number>): Values {
  const { expected, maximum, bins } = metrics.calibrationError(correct, confidences);
  return { ece: expected, mce: maximum, counts: bins.map(({ count }) => count) };
}

function binary(golden: Golden & { score: number[] }): { [key: string]: Values } {
  const { y_true, score } = golden;
  const roc = metrics.rocCurve(y_true, score);
  const pr = metrics.precisionRecallCurve(y_true, score);
  const chosen = metrics.topConfidences(
    y_true,
    score.map((p) => [1 - p, p]),
  );
  return {
    ...agreement(golden),
    roc_auc: metrics.rocAuc(y_true, score),
    'roc_auc_max_fpr_0.3': metrics.rocAuc(y_true, score, { maxFalsePositiveRate: 0.3 }),
    average_precision: metrics.averagePrecision(y_true, score),
    roc_curve: { fpr: roc.falsePositiveRate, tpr: roc.truePositiveRate, thresholds: roc.thresholds },
    precision_recall_curve: { ...pr },
    log_loss: metrics.logLoss(y_true, score),
    brier: metrics.brierScore(y_true, score),
    calibration_positive: calibration(y_true, score),
    calibration_top: calibration(chosen.correct, chosen.confidences),
  };
}

function multiclass(golden: Golden & { probability: number[][] }): { [key: string]: Values } {
  const { y_true, probability } = golden;
  const roc = (strategy: 'one-vs-rest' | 'one-vs-one', average: 'macro' | 'weighted') =>
    metrics.multiClassRocAuc(y_true, probability, { strategy, average });
  const ap = (average: metrics.ColumnAverage) => metrics.multiClassAveragePrecision(y_true, probability, { average });
  const { correct, confidences } = metrics.topConfidences(y_true, probability);
  return {
    ...agreement(golden),
    roc_auc: {
      ovr_macro: roc('one-vs-rest', 'macro'),
      ovr_weighted: roc('one-vs-rest', 'weighted'),
      ovo_macro: roc('one-vs-one', 'macro'),
      ovo_weighted: roc('one-vs-one', 'weighted'),
    },
    average_precision_one_hot: { macro: ap('macro'), micro: ap('micro'), weighted: ap('weighted') },
    top_k_accuracy: Object.fromEntries([1, 2, 3].map((k) => [k, metrics.topKAccuracy(y_true, probability, k)])),
    log_loss: metrics.logLoss(y_true, probability),
    brier_scaled_by_half: metrics.brierScore(y_true, probability, { scaleByHalf: true }),
    brier_sum: metrics.brierScore(y_true, probability),
    calibration_top: calibration(correct, confidences),
  };
}

interface MultiLabel {
  y_true: number[][];
  y_pred: number[][];
  probability: number[][];
}

function multilabel({ y_true, y_pred, probability }: MultiLabel): { [key: string]: Values } {
  const averages = ['macro', 'micro', 'weighted'] as const;
  const { perClass: _, ...jaccard } = metrics.multiLabelJaccard(y_true, y_pred);
  return {
    hamming_loss: metrics.hammingLoss(y_true, y_pred),
    jaccard,
    roc_auc: Object.fromEntries(
      averages.map((average) => [average, metrics.multiLabelRocAuc(y_true, probability, { average })]),
    ),
    average_precision: Object.fromEntries(
      averages.map((average) => [average, metrics.multiLabelAveragePrecision(y_true, probability, { average })]),
    ),
  };
}

/** Compares what both give: the reference leaves out what has no meaning, and has an average over `samples` more. */
function expectShared(answers: { [key: string]: Values }, golden: object): void {
  const references = golden as { [key: string]: Values };
  const shared = Object.keys(answers).filter((key) => key in references);
  expect(shared.length).toBeGreaterThan(2);
  for (const key of shared) {
    const reference = references[key];
    if (typeof reference !== 'object' || Array.isArray(reference)) expectEqual(answers[key], reference, key);
    else for (const [name, value] of Object.entries(reference)) expectNamed(answers[key], name, value, key);
  }
}

function expectNamed(answer: Values, name: string, reference: Values, key: string): void {
  const isRefused = typeof reference === 'object' && 'error' in reference;
  // One class only: scikit-learn refuses the weighted mean of no pair; here it is NaN, as the plain mean is in both.
  const own = (answer as { [name: string]: Values })[name];
  if (isRefused) expect(own, `${key} ${name}`).toBeNaN();
  else if (own !== undefined) expectEqual(own, reference, `${key} ${name}`);
}

describeWithGoldens('equal to the reference scores', () => {
  it.each(goldens<Golden & { score: number[] }>('binary.json'))('two classes: $name', (golden) => {
    expectShared(binary(golden), golden);
  });

  it.each(goldens<Golden & { probability: number[][] }>('multiclass.json'))('several classes: $name', (golden) => {
    expectShared(multiclass(golden), golden);
  });

  it.each(goldens<MultiLabel & { name: string }>('multilabel.json'))('several labels: $name', (golden) => {
    expectShared(multilabel(golden), golden);
  });

  it.each(goldens<{ nll: number[]; perplexity: number }>('perplexity.json'))('perplexity $perplexity', (golden) => {
    expectEqual(metrics.perplexity(golden.nll), golden.perplexity, 'perplexity');
  });
});
