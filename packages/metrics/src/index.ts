// Classification

export {
  accuracy,
  type BalancedAccuracyOptions,
  balancedAccuracy,
  type Confusion,
  cohenKappa,
  confusionMatrix,
  confusions,
  type KappaOptions,
  matthewsCorrelation,
  topKAccuracy,
} from './agreement';
export {
  type BinaryReport,
  binaryReport,
  type ClassificationReport,
  classificationReport,
} from './classification-report';
export { type Label, type LabelOptions, labelsOf } from './labels';
export {
  type Averages,
  type ClassScores,
  type PrecisionRecallF1,
  precisionRecallF1,
  type Scores,
  type ZeroDivisionOptions,
} from './precision-recall-f1';

// Multi-label classification

export { type JaccardScores, jaccard, multiLabelJaccard } from './jaccard';
export { hammingLoss, type Indicators, type MultiLabelReport, multiLabelReport } from './multi-label';

// Regression

export {
  meanAbsoluteError,
  meanSquaredError,
  type RegressionReport,
  r2Score,
  regressionReport,
  rootMeanSquaredError,
} from './regression';

// Ranking

export {
  type ColumnAverage,
  type ColumnOptions,
  type MultiClassRocOptions,
  multiClassAveragePrecision,
  multiClassRocAuc,
  multiLabelAveragePrecision,
  multiLabelRocAuc,
} from './curves/averages';
export type { WeightOptions } from './curves/counts-at-thresholds';
export {
  areaUnderCurve,
  averagePrecision,
  type PrecisionRecallCurve,
  type PrecisionRecallOptions,
  precisionRecallCurve,
  type RocAucOptions,
  type RocCurve,
  type RocOptions,
  rocAuc,
  rocCurve,
} from './curves/curves';

// Probabilities: losses and calibration

export {
  type BinOptions,
  type CalibrationBin,
  type CalibrationCurve,
  type CalibrationError,
  calibrationCurve,
  calibrationError,
  topConfidences,
} from './calibration';
export { type BrierOptions, brierScore, logLoss, perplexity } from './losses';
export { type FittedTemperature, fitTemperature, softmax, temperatureSearch } from './temperature';

// Decisions: thresholds and offsets chosen on validation data

export { bestOffsets, type OffsetOptions, type Offsets, offsetSearch } from './offsets';
export {
  bestThreshold,
  bestThresholds,
  type Decisions,
  type Threshold,
  type ThresholdMetric,
  type ThresholdOptions,
} from './thresholds';

// Entities and spans

export {
  type Entity,
  type EntityMode,
  type EntityOptions,
  entitiesOf,
} from './entities/entities';
export { type EntityReport, entityReport, type TagRows } from './entities/entity-report';
export { isTagOf, type TagScheme, tagSchemes, tagsOf, typeOfTag } from './entities/schemes';
export { type SpanCounts, type SpanReport, type SpanRows, type SpanScores, spanReport } from './entities/span-report';
export { tagsOfEntities } from './entities/write-tags';

// Uncertainty, and the comparison of two models

export {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrapInterval,
  type IntervalMethod,
  macroF1Difference,
  type PairedBootstrap,
  pairedBootstrap,
  type Statistic,
} from './bootstrap/bootstrap';

// Fairness between groups

export {
  type Disparity,
  type GroupDisparities,
  type GroupRates,
  groupDisparities,
  groupRates,
  type RatesByGroup,
} from './groups';

// Errors

export { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
