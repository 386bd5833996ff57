export { accuracy } from './accuracy';
export { type BalancedAccuracyOptions, balancedAccuracy } from './balanced-accuracy';
export { type BinaryReport, binaryReport } from './binary-report';
export type { BootstrapOptions, Statistic } from './bootstrap/_resample';
export { type BootstrapInterval, bootstrapInterval } from './bootstrap/bootstrap-interval';
export { macroF1Difference } from './bootstrap/macro-f1-difference';
export { type PairedBootstrap, pairedBootstrap } from './bootstrap/paired-bootstrap';
export type { BinOptions } from './calibration/_bins';
export { type CalibrationCurve, calibrationCurve } from './calibration/calibration-curve';
export {
  type CalibrationBin,
  type CalibrationError,
  calibrationError,
  topConfidences,
} from './calibration/calibration-error';
export { type FittedTemperature, fitTemperature, softmax } from './calibration/fit-temperature';
export { type ClassificationReport, classificationReport } from './classification-report';
export { cohenKappa, type KappaOptions } from './cohen-kappa';
export { confusionMatrix } from './confusion-matrix';
export type { ColumnAverage } from './curves/_average-columns';
export type { WeightOptions } from './curves/_counts-at-thresholds';
export { areaUnderCurve } from './curves/area-under-curve';
export { averagePrecision } from './curves/average-precision';
export { type MultiClassRocOptions, multiClassAveragePrecision, multiClassRocAuc } from './curves/multi-class-curves';
export { type ColumnOptions, multiLabelAveragePrecision, multiLabelRocAuc } from './curves/multi-label-curves';
export {
  type PrecisionRecallCurve,
  type PrecisionRecallOptions,
  precisionRecallCurve,
} from './curves/precision-recall-curve';
export { type RocAucOptions, rocAuc } from './curves/roc-auc';
export { type RocCurve, type RocOptions, rocCurve } from './curves/roc-curve';
export { type EntityMode, type EntityOptions, entitiesOf } from './entities/entities-of';
export type { Entity } from './entities/entity';
export { type EntityReport, entityReport, type TagRows } from './entities/entity-report';
export { isTagOf, type TagScheme, tagSchemes } from './entities/schemes';
export { type SpanCounts, type SpanReport, type SpanRows, type SpanScores, spanReport } from './entities/span-report';
export { type Disparity, type GroupDisparities, groupDisparities } from './groups/group-disparities';
export { type GroupRates, groupRates, type RatesByGroup } from './groups/group-rates';
export { hammingLoss } from './hamming-loss';
export { type JaccardScores, jaccard, multiLabelJaccard } from './jaccard';
export { type Label, type LabelOptions, labelsOf } from './labels';
export { type BrierOptions, brierScore } from './losses/brier-score';
export { logLoss } from './losses/log-loss';
export { perplexity } from './losses/perplexity';
export { matthewsCorrelation } from './matthews-correlation';
export { type Indicators, type MultiLabelReport, multiLabelReport } from './multi-label';
export { type PrecisionRecallF1, precisionRecallF1 } from './precision-recall-f1';
export {
  meanAbsoluteError,
  meanSquaredError,
  type RegressionReport,
  r2Score,
  regressionReport,
  rootMeanSquaredError,
} from './regression';
export type { Averages, ClassScores, Scores, ZeroDivisionOptions } from './scores';
export { bestOffsets, type OffsetOptions, type Offsets } from './thresholds/best-offsets';
export {
  bestThreshold,
  type Decisions,
  type Threshold,
  type ThresholdMetric,
  type ThresholdOptions,
} from './thresholds/best-threshold';
export { bestThresholds } from './thresholds/best-thresholds';
export { topKAccuracy } from './top-k-accuracy';
