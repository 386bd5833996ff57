export * from './callbacks';
export { type FitResult, fitSequenceClassifier, type RunSummary } from './fit';
export type { FitOptions } from './fit-options';
export { loadPredictor, type PredictorOptions } from './predictor';
export type { Prediction, Predictor } from './predictor-of';
export { type PreparedModel, type PrepareOptions, prepareModel } from './prepare-model';
export type { Predictions } from './results';
export { checkRunDirectory, modelSourceOf, openRunDirectory, type RunDirectory } from './run-directory';
