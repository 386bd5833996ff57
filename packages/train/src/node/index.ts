export { type Decision, decidedClasses, decidedLabels } from '../tasks/sequence/decision';
export type { MultiLabelPrediction, MultiLabelPredictions } from '../tasks/sequence/multi-label';
export { decidedScores, type MetricsOf, type PredictionOf, type PredictionsOf } from '../tasks/sequence/problems';
export type { ValuePrediction, ValuePredictions } from '../tasks/sequence/regression';
export type { Prediction, Predictions } from '../tasks/sequence/single-label';
export { tensorBoard } from './callbacks/tensorboard';
export { type WandbLiveOptions, type WandbOfflineOptions, wandbLive, wandbOffline } from './callbacks/wandb';
export type { WandbRunOptions } from './callbacks/wandb-run';
export {
  type ChatMessage,
  type ChatTemplate,
  type ChatTemplateOptions,
  chatExample,
  chatTemplate,
  loadChatTemplate,
  parseMessages,
  type RenderOptions,
} from './causal-lm/chat';
export { type CausalLmEvaluation, type EvaluateCausalLmOptions, evaluateCausalLm } from './causal-lm/evaluate';
export {
  type CausalLmFitOptions,
  type CausalLmFitResult,
  type CausalLmSummary,
  type CausalLmTextParts,
  fitCausalLm,
} from './causal-lm/fit';
export type { GeneratedText, TextGenerator, TextOptions } from './causal-lm/generator';
export { type GeneratorOptions, loadGenerator } from './causal-lm/load';
export { type Adaptation, type AdaptOptions, adaptMaskedLm, type LearningRates } from './masked-lm/adapt';
export { type EvaluateMaskedLmOptions, evaluateMaskedLm, type MaskedLmEvaluation } from './masked-lm/evaluate';
export {
  fitMaskedLm,
  type MaskedLmFitOptions,
  type MaskedLmFitResult,
  type MaskedLmSummary,
  type MaskingOptions,
  type TextParts,
} from './masked-lm/fit';
export { trainedConfig } from './model/load';
export { type PreparedModel, type PrepareOptions, prepareModel } from './model/prepare';
export { adapterPlaceOf, checkRunDirectory, modelSourceOf, openRunDirectory, type RunDirectory } from './run/directory';
export { type FittedRun, fitRun, type PreparedFit, type TaskResults, type TrainingFacts } from './run/fit';
export type { RunOptions } from './run/options';
export type { BaselineMode, BaselineOptions } from './sequence/baseline';
export {
  type ComparedClassifier,
  type ComparedScores,
  type CompareOptions,
  compareClassifiers,
  comparedClassifiers,
  type EmbeddingBaseline,
  tuneEmbeddingBaseline,
} from './sequence/compare-classifiers';
export type { Comparison, Difference, Differences, MixMetrics } from './sequence/comparison';
export { type FitOptions, type FitResult, fitSequenceClassifier, type RunSummary } from './sequence/fit';
export { loadAnyPredictor, loadPredictor, type PredictorOptions } from './sequence/load';
export type { AnyPredictor, Predictor } from './sequence/predictor';
export type { TagEvaluation } from './token/evaluate';
export {
  fitTokenClassifier,
  type TokenFigures,
  type TokenFitOptions,
  type TokenFitResult,
  type TokenRunSummary,
} from './token/fit';
export { loadTagger, type TaggerOptions } from './token/load';
export { requireKnownTags, type TaggedParts } from './token/parts';
export {
  entitiesIn,
  type SentenceTags,
  type TaggedEntity,
  type TaggedText,
  type Tagger,
  type TaggerSettings,
  type TagReading,
} from './token/tagger';
export { type CrossValidateOptions, type CrossValidation, crossValidate, type FoldEvent } from './tuning/folds';
export { goOnOrBegin, type StartOptions } from './tuning/resume';
export type { Rung, SearchStrategy } from './tuning/rungs';
export {
  type Objective,
  objectiveOf,
  type RunTrial,
  type SearchOptions,
  type SearchResult,
  type SearchState,
  search,
  type Trial,
  type TrialEvent,
  type TrialResult,
} from './tuning/search';
export {
  type ParameterRange,
  type ParameterValue,
  parseSearchSpace,
  type SearchSpace,
  sampleParameters,
  type TrialParameters,
} from './tuning/search-space';
