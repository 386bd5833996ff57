/**
 * `@attune/train/node`: whole runs in Node, from data to a run directory and back: fit, load, evaluate, search.
 * For a training loop of one's own, also in a browser, use `@attune/train`.
 */

// Sequence classification
export { type Decision, decidedClasses, decidedLabels } from '../tasks/sequence/decision';
export type { MultiLabelPrediction, MultiLabelPredictions } from '../tasks/sequence/multi-label';
export { decidedScores, type PredictionOf, type PredictionsOf } from '../tasks/sequence/problems';
export type { ValuePrediction, ValuePredictions } from '../tasks/sequence/regression';
export type { Prediction, Predictions } from '../tasks/sequence/single-label';
// Callbacks
export { tensorBoard } from './callbacks/tensorboard';
export { type WandbLiveOptions, type WandbOfflineOptions, wandbLive, wandbOffline } from './callbacks/wandb';
// Causal language modeling and generation
export {
  type ChatMessage,
  type ChatTemplate,
  chatExample,
  chatTemplate,
  loadChatTemplate,
  parseMessages,
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
// Masked language modeling
export { type Adaptation, type AdaptOptions, adaptMaskedLm } from './masked-lm/adapt';
export { type EvaluateMaskedLmOptions, evaluateMaskedLm, type MaskedLmEvaluation } from './masked-lm/evaluate';
export {
  fitMaskedLm,
  type MaskedLmFitOptions,
  type MaskedLmFitResult,
  type MaskedLmSummary,
  type TextParts,
} from './masked-lm/fit';
// Runs of any task
export { trainedConfig } from './model/load';
export { type PreparedModel, type PrepareOptions, prepareModel } from './model/prepare';
export { adapterPlaceOf, checkRunDirectory, modelSourceOf } from './run/directory';
export { type FittedRun, fitRun, type PreparedFit, type TaskResults, type TrainingFacts } from './run/fit';
export type { RunOptions } from './run/options';
export type { BaselineMode } from './sequence/baseline';
export {
  type ComparedScores,
  type CompareOptions,
  compareClassifiers,
  comparedClassifiers,
} from './sequence/compare-classifiers';
export type { Comparison, Differences } from './sequence/comparison';
export { type FitOptions, type FitResult, fitSequenceClassifier, type RunSummary } from './sequence/fit';
export { loadAnyPredictor, loadPredictor, type PredictorOptions } from './sequence/load';
export type { AnyPredictor, Predictor } from './sequence/predictor';
// Token classification
export type { TagEvaluation } from './token/evaluate';
export { fitTokenClassifier, type TokenFitOptions, type TokenFitResult, type TokenRunSummary } from './token/fit';
export { loadTagger, type TaggerOptions } from './token/load';
export { requireKnownTags, type TaggedParts } from './token/parts';
export { entitiesIn, type SentenceTags, type TaggedEntity, type TaggedText, type Tagger } from './token/tagger';
// Search and cross-validation
export { type CrossValidateOptions, type CrossValidation, crossValidate, type FoldEvent } from './tuning/folds';
export { goOnOrBegin } from './tuning/resumable';
export {
  type Objective,
  objectiveOf,
  type RunTrial,
  type SearchOptions,
  type SearchResult,
  search,
  type Trial,
  type TrialEvent,
} from './tuning/search';
export { parseSearchSpace, type SearchSpace, sampleParameters, type TrialParameters } from './tuning/search-space';
