import { describe, expect, it } from 'vitest';
import { expectEqual, fixtureCases, type Values } from '../test/compare';
import { bcaInterval, normalCdf, normalQuantile, percentileInterval } from './bootstrap/intervals';
import * as metrics from './index';

type Average = 'macro' | 'weighted' | 'micro';
type Answers = { [name: string]: Values };

/** The reference's quotients under each `zero_division`, named as in the fixtures. */
const zeroDivisions = { '0.0': 0, '1.0': 1, nan: Number.NaN };
const averages: Average[] = ['macro', 'weighted', 'micro'];

/** A value for each average, named with it. */
const byAverage = (name: string, compute: (average: Average) => number): Answers =>
  Object.fromEntries(averages.map((average) => [name.replace('*', average), compute(average)]));

function quotients<Name extends string>(
  names: readonly Name[],
  report: (zeroDivision: number) => Record<Name, metrics.Scores>,
): Answers {
  const triple = ({ precision, recall, f1 }: metrics.Scores) => [precision, recall, f1];
  const all = Object.entries(zeroDivisions).map(([name, value]) => [name, report(value)] as const);
  return Object.fromEntries(
    all.flatMap(([name, scores]) => names.map((average) => [`${average}_${name}`, triple(scores[average])])),
  );
}

interface Binary {
  y: number[];
  p: number[];
  w: number[];
}

function binary({ y, p, w: weights }: Binary): Answers {
  const roc = (options: metrics.RocOptions) => Object.values(metrics.rocCurve(y, p, options)) as number[][];
  const pr = (options: metrics.PrecisionRecallOptions) =>
    Object.values(metrics.precisionRecallCurve(y, p, options)) as number[][];
  const calibration = (bins: number, strategy: metrics.BinOptions['strategy']) => {
    const curve = metrics.calibrationCurve(y, p, { bins, strategy });
    return [curve.probabilityTrue, curve.probabilityPredicted];
  };
  const curves = [1, 3, 5, 10].flatMap((bins): [string, Values][] => [
    [`calibration_uniform_${bins}`, calibration(bins, 'equal-width')],
    [`calibration_quantile_${bins}`, calibration(bins, 'equal-count')],
  ]);
  return {
    roc: roc({}),
    roc_all: roc({ dropIntermediate: false }),
    roc_weighted: roc({ weights }),
    pr: pr({ dropIntermediate: true }),
    pr_all: pr({}),
    pr_weighted: pr({ dropIntermediate: true, weights }),
    roc_auc: metrics.rocAuc(y, p),
    roc_auc_weighted: metrics.rocAuc(y, p, { weights }),
    roc_auc_partial: metrics.rocAuc(y, p, { maxFalsePositiveRate: 0.3 }),
    average_precision: metrics.averagePrecision(y, p),
    average_precision_weighted: metrics.averagePrecision(y, p, { weights }),
    log_loss: metrics.logLoss(y, p),
    log_loss_weighted: metrics.logLoss(y, p, { weights }),
    brier: metrics.brierScore(y, p),
    brier_weighted: metrics.brierScore(y, p, { weights }),
    ...Object.fromEntries(curves),
  };
}

interface Rows {
  p: number[][];
  w: number[];
}

function multiclass({ y, p, w: weights, y_pred }: Rows & { y: number[]; y_pred: number[] }): Answers {
  const labels = p[0].map((_, i) => i);
  const ovo = { strategy: 'one-vs-one' } as const;
  return {
    ...byAverage('roc_ovr_*', (average) => metrics.multiClassRocAuc(y, p, { average })),
    ...byAverage('roc_ovr_*_weighted', (average) => metrics.multiClassRocAuc(y, p, { average, weights })),
    roc_ovo_macro: metrics.multiClassRocAuc(y, p, ovo),
    roc_ovo_weighted: metrics.multiClassRocAuc(y, p, { ...ovo, average: 'weighted' }),
    ...byAverage('ap_*', (average) => metrics.multiClassAveragePrecision(y, p, { average })),
    ...byAverage('ap_*_weighted', (average) => metrics.multiClassAveragePrecision(y, p, { average, weights })),
    ...byAverage('jaccard_*', (average) => metrics.jaccard(y, y_pred)[average]),
    top_1: metrics.topKAccuracy(y, p, 1),
    top_2: metrics.topKAccuracy(y, p, 2),
    top_3: metrics.topKAccuracy(y, p, 3),
    kappa_None: metrics.cohenKappa(y, y_pred),
    kappa_linear: metrics.cohenKappa(y, y_pred, { weighting: 'linear' }),
    kappa_quadratic: metrics.cohenKappa(y, y_pred, { weighting: 'quadratic' }),
    log_loss: metrics.logLoss(y, p),
    log_loss_weighted: metrics.logLoss(y, p, { weights }),
    brier: metrics.brierScore(y, p),
    brier_half_weighted: metrics.brierScore(y, p, { scaleByHalf: true, weights }),
    matthews: metrics.matthewsCorrelation(y, y_pred),
    balanced: metrics.balancedAccuracy(y, y_pred),
    hamming: metrics.hammingLoss(y, y_pred),
    ...quotients(averages, (zeroDivision) => metrics.classificationReport(y, y_pred, { labels, zeroDivision })),
  };
}

function multilabel({ y, p, w: weights, y_pred }: Rows & { y: number[][]; y_pred: number[][] }): Answers {
  const jaccard = metrics.multiLabelJaccard(y, y_pred);
  return {
    ...byAverage('roc_*', (average) => metrics.multiLabelRocAuc(y, p, { average })),
    ...byAverage('roc_*_weighted', (average) => metrics.multiLabelRocAuc(y, p, { average, weights })),
    ...byAverage('ap_*', (average) => metrics.multiLabelAveragePrecision(y, p, { average })),
    ...byAverage('ap_*_weighted', (average) => metrics.multiLabelAveragePrecision(y, p, { average, weights })),
    ...byAverage('jaccard_*', (average) => jaccard[average]),
    jaccard_samples: jaccard.samples,
    hamming: metrics.hammingLoss(y, y_pred),
    ...quotients([...averages, 'samples' as const], (zeroDivision) =>
      metrics.multiLabelReport(y, y_pred, { zeroDivision }),
    ),
  };
}

interface Resampled {
  values: number[];
  estimate: number;
  jackknife: number[];
  confidence: number;
}

function bootstrap({ values, confidence, ...rest }: Resampled): Answers {
  const percentile = percentileInterval(values, confidence);
  const bca = bcaInterval(values, { ...rest, confidence }) ?? { low: Number.NaN, high: Number.NaN };
  return { percentile: [percentile.low, percentile.high], bca: [bca.low, bca.high] };
}

function groups({ y, y_pred, group }: { y: number[]; y_pred: number[]; group: string[] }): Answers {
  const report = metrics.groupDisparities(y, y_pred, group);
  const rates = ['selectionRate', 'truePositiveRate', 'falsePositiveRate', 'accuracy'] as const;
  return {
    demographic_parity_difference: report.demographicParity.difference,
    demographic_parity_ratio: report.demographicParity.ratio,
    equal_opportunity_difference: report.equalOpportunity.difference,
    equal_opportunity_ratio: report.equalOpportunity.ratio,
    equalized_odds_difference: report.equalizedOdds.difference,
    equalized_odds_ratio: report.equalizedOdds.ratio,
    ...Object.fromEntries(
      report.groups.flatMap((name) => rates.map((rate) => [`${name}_${rate}`, report.perGroup[name][rate]])),
    ),
  };
}

function spans({ truth, predicted }: { truth: metrics.Entity[]; predicted: metrics.Entity[] }): Answers {
  const report = metrics.spanReport([truth], [predicted]);
  const inOrder = (s: metrics.SpanScores) => [
    ...[s.correct, s.incorrect, s.partial, s.missed, s.spurious],
    ...[s.precision, s.recall, s.f1],
  ];
  return Object.fromEntries(Object.entries(report).map(([name, scores]) => [name, inOrder(scores)]));
}

interface Tagged {
  scheme: metrics.TagScheme;
  y: string[][];
  y_pred: string[][];
}

function entities({ scheme, y, y_pred }: Tagged): Answers {
  const modes = ['default', 'strict'] as const;
  return Object.fromEntries(
    modes.map((mode) => [mode, namedScores(metrics.entityReport(y, y_pred, { scheme, mode }))]),
  );
}

function namedScores(report: metrics.EntityReport): Answers {
  const triple = ({ precision, recall, f1 }: metrics.Scores) => [precision, recall, f1];
  const means = averages.map((average) => [`${average} avg`, triple(report[average])]);
  return Object.fromEntries([...report.types.map((type) => [type, triple(report.perEntity[type])]), ...means]);
}

const normal = ({ p, x }: { p: number; x: number }): Answers => ({ quantile: normalQuantile(p), cdf: normalCdf(x) });

/** Compares what the reference answers; what it refuses is not in a fixture. */
function compare<T>(family: string, compute: (input: T) => Answers): void {
  const cases = fixtureCases<T>(family);
  it(`${family}: ${cases.length} random cases`, () => {
    expect(cases.length).toBeGreaterThan(0);
    cases.forEach(({ input, expected }, i) => {
      const answers = compute(input);
      for (const [name, value] of Object.entries(expected)) expectEqual(answers[name], value, `${i} ${name}`);
    });
  });
}

describe('equal to scikit-learn, seqeval, SciPy, fairlearn and nervaluate (fixtures/generate.py)', () => {
  compare('binary', binary);
  compare('multiclass', multiclass);
  compare('multilabel', multilabel);
  compare('bootstrap', bootstrap);
  compare('normal', normal);
  compare('groups', groups);
  compare('spans', spans);
  compare('entities', entities);
});
