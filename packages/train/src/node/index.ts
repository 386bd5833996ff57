export * from './adapt-masked-lm';
export type { Comparison, MixFigures } from './baseline/compare';
export type { Difference, Differences } from './baseline/difference';
export type { BaselineMode } from './baseline/settings';
export type { BaselineOptions } from './baseline/text-baseline';
export * from './callbacks';
export { type Decision, decidedClasses, decidedLabels, decidedScores } from './decision';
export { type FitResult, fitSequenceClassifier, type RunSummary } from './fit';
export * from './fit-masked-lm';
export type { FitOptions, RunOptions } from './fit-options';
export { type FittedRun, fitRun, type PreparedFit, type TaskResults, type TrainingFacts } from './fit-run';
export * from './fit-token';
export * from './folds';
export { loadAnyPredictor, loadPredictor, type PredictorOptions } from './predictor';
export type {
  AnyPredictor,
  MultiLabelPrediction,
  Prediction,
  PredictionOf,
  Predictor,
  ValuePrediction,
} from './predictor-of';
export { type PreparedModel, type PrepareOptions, prepareModel } from './prepare-model';
export type {
  FiguresOf,
  MultiLabelPredictions,
  Predictions,
  PredictionsOf,
  ValuePredictions,
} from './problems/problem';
export { checkRunDirectory, modelSourceOf, openRunDirectory, type RunDirectory } from './run-directory';
export * from './search';
export * from './tagger';
export { trainedConfig } from './trained-config';
