/**
 * `@attune/train/node`: whole runs in Node, from data to a run directory and back: fit, load, evaluate, search.
 * For a training loop of one's own, also in a browser, use `@attune/train`.
 */

// Runs of any task

export { withDirectoryLock } from '@attune/internal/node';
export { fittedTokenizer, requireEveryLayer } from './model/fits';
export { trainedConfig } from './model/load';
export { type LengthLimits, usualMaxLength } from './model/max-length';
export { newModelConfig } from './model/new-config';
export { resumedSource } from './model/origin';
export { type PreparedModel, prepareModel } from './model/prepare';
export { modelDirectory, taskOfModel } from './model/task-of-model';
export { checkRunDirectory } from './run/check-directory';
export { endCheckpoints, finishedRun } from './run/finished';
export { fitRun } from './run/fit';
export type { RunInput } from './run/inputs';
export { adapterDirectory, modelSourceOf } from './run/model-place';
export type { RunOptions } from './run/options';
export type { PreparedFit, TaskResults, TrainingFacts } from './run/prepared-fit';
export { type RecordedRun, recordedRun } from './run/recorded';

// Sequence classification

export { type Decision, decidedClasses, decidedLabels } from '../tasks/sequence/decision';
export type { MultiLabelPrediction, MultiLabelPredictions } from '../tasks/sequence/multi-label';
export { decidedScores, type PredictionOf, type PredictionsOf } from '../tasks/sequence/problems';
export type { ValuePrediction, ValuePredictions } from '../tasks/sequence/regression';
export type { Prediction, Predictions } from '../tasks/sequence/single-label';
export type { BaselineMode } from './sequence/baseline';
export { compareClassifiers, comparedClassifiers } from './sequence/compare-classifiers';
export type { Differences } from './sequence/comparison';
export { type FitResult, fitSequenceClassifier, type RunSummary } from './sequence/fit';
export { loadAnyPredictor, loadPredictor } from './sequence/load';
export type { FitOptions, PredictorOptions, UnlabeledTexts } from './sequence/options';
export type { AnyPredictor, Predictor, Truncated } from './sequence/predictor';

// Students and their teachers

export type { DistillOptions } from './distill/options';
export type { DistillationFacts, SideBySide } from './distill/side-by-side';

// Token classification

export { type CheckTagsOptions, checkTags } from '../tasks/token/check-tags';
export { schemeOfLabels } from '../tasks/token/scheme-of-labels';
export type { TagEvaluation } from './token/evaluate';
export { fitTokenClassifier, type TokenFitResult } from './token/fit';
export { loadTagger } from './token/load';
export type { TaggerSettings, TokenFitOptions } from './token/options';
export { requireKnownTags, type TaggedParts } from './token/parts';
export { entitiesIn, type TaggedEntity } from './token/sentence';
export type { Tagger } from './token/tagger';

// The columns that a run was trained on

export { loadRunInputs, type RunColumns, type RunInputs, readRunColumns, unescapedTemplate } from './run/columns';

// Masked language modeling

export { type Adaptation, adaptMaskedLm } from './masked-lm/adapt';
export { evaluateMaskedLm } from './masked-lm/evaluate';
export { fitMaskedLm, type MaskedLmFitResult } from './masked-lm/fit';
export type { MaskedLmFitOptions, TextParts } from './masked-lm/options';

// Causal language modeling and generation

export { type ChatTemplate, chatExample, chatTemplate, loadChatTemplate } from './causal-lm/chat';
export { evaluateCausalLm } from './causal-lm/evaluate';
export { endTokenIn, generatorFiles } from './causal-lm/files';
export { type CausalLmFitResult, fitCausalLm } from './causal-lm/fit';
export type { GeneratedText, TextGenerator, TextOptions } from './causal-lm/generator';
export { loadGenerator } from './causal-lm/load';
export { type ChatMessage, parseMessages } from './causal-lm/messages';
export type { CausalLmFitOptions } from './causal-lm/options';
export type { CausalLmTextParts } from './causal-lm/parts';

// Search and cross-validation

export { type CrossValidation, crossValidate } from './tuning/folds';
export type { CrossValidateOptions, FoldEvent, SearchOptions, Trial, TrialEvent } from './tuning/options';
export { resumeOrStart } from './tuning/resumable';
export { objectiveOf, type SearchResult, search } from './tuning/search';
export { parseSearchSpace, type SearchSpace, sampleParameters, type TrialParameters } from './tuning/search-space';

// Callbacks

export { tensorBoard } from './callbacks/tensorboard';
export { wandbLive, wandbOffline } from './callbacks/wandb';

// The metrics by which a run chooses its best model

export { metricNamed } from '../arguments/metric-name';
export { type MeasuredRun, metricNames } from '../tasks/metric-names';
