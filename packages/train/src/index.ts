/**
 * `@attune/train`: the training loop and its parts, for a custom loop, also in a browser.
 * For files and whole runs (`fitSequenceClassifier`, `loadPredictor`, checkpoints, search) use `@attune/train/node`.
 */

// The loop

export { type MemoryEstimate, memoryEstimate } from './estimate/estimate';
export { rowLengthFor } from './loop/batches';
export { evaluate, type Forward } from './loop/evaluate';
export { shuffledOrder } from './loop/plan';
export type { SavedTraining, SaveTraining } from './loop/saved-training';
export type { BatchOptions, Examples, TaskBatch, TaskMetrics, TrainingTask } from './loop/task';
export { train } from './loop/train';
export type { TrainOptions, TrainResult } from './loop/train-options';

// Events

export {
  type Callback,
  type EvaluationEvent,
  type EvaluationStepEvent,
  type EventListener,
  formatDuration,
  type LossEvent,
  progressLine,
  type StepEvent,
  type TrainEvent,
} from './loop/events';

// Arguments, optimizers and schedules

export {
  type ClassWeights,
  type TrainingArguments,
  trainingArguments,
} from './arguments/arguments';
export { adamwNames, optimizerConfig, optimizers } from './arguments/optimizer';
export { type SchedulerType, scheduleFor, schedulerTypes } from './arguments/schedules';
export { type Strategy, strategies } from './arguments/strategies';

// Sequence classification

export { classWeights } from './tasks/sequence/class-weights';
export {
  type DataParts,
  type Dataset,
  encodeTexts,
  type LabeledTexts,
  type TextInput,
  textInputs,
} from './tasks/sequence/examples';
export { indicatorIn, indicatorsIn, listLiteral, wordsIn } from './tasks/sequence/list-literal';
export type { Evaluation, LabelColumn, Problem, Target } from './tasks/sequence/problem';
export { type LabelOf, meanLoss, type ProblemOf, problemOf, problems } from './tasks/sequence/problems';
export { sequenceTask } from './tasks/sequence/task';

// Token classification

export { lineOfWord, type TaggedWords, tokenExamples } from './tasks/token/examples';
export type { TagReading } from './tasks/token/scheme-of-labels';
export { type Decoding, decodings, tagDecoder } from './tasks/token/tags';
export { type TokenExamples, tokenTask } from './tasks/token/task';
export { type WordWindow, wordWindows } from './tasks/token/windows';

// Masked language modeling

export { textChunks } from './tasks/masked-lm/examples';
export { maskedLmTask } from './tasks/masked-lm/task';

// Causal language modeling

export {
  causalExamples,
  cutExamples,
  type PromptedText,
  type TruncationMode,
  truncationModes,
} from './tasks/causal-lm/examples';
export { type TokenLengths, tokenLengths } from './tasks/causal-lm/lengths';
export { type ListScores, listScores, normalizedItem, parseList, parseLists } from './tasks/causal-lm/lists';
export { type CausalLmData, causalLmTask } from './tasks/causal-lm/task';
