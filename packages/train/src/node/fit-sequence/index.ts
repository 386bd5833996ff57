export type { Comparison, MixFigures } from './baseline/compare';
export type { Difference, Differences } from './baseline/difference';
export type { BaselineMode } from './baseline/settings';
export type { BaselineOptions } from './baseline/text-baseline';
export { type FitResult, fitSequenceClassifier, type RunSummary } from './fit-sequence-classifier';
export type {
  FiguresOf,
  MultiLabelPredictions,
  Predictions,
  PredictionsOf,
  ValuePredictions,
} from './problems/problem';
