export * from './callbacks';
export { type FitResult, fitSequenceClassifier, type RunSummary } from './fit';
export type { FitOptions, RunOptions } from './fit-options';
export { type FittedRun, fitRun, type PreparedFit, type TaskResults, type TrainingFacts } from './fit-run';
export { loadPredictor, type PredictorOptions } from './predictor';
export type { Prediction, Predictor } from './predictor-of';
export { type PreparedModel, type PrepareOptions, prepareModel } from './prepare-model';
export type { Predictions } from './results';
export { checkRunDirectory, modelSourceOf, openRunDirectory, type RunDirectory } from './run-directory';
