export {
  argumentChoices,
  type ClassWeights,
  type Strategy,
  strategies,
  type TrainingArguments,
  trainingArguments,
} from './arguments/arguments';
export {
  decays,
  type FreezeArguments,
  frozenParameters,
  type OptimizerArguments,
  optimizerConfig,
  optimizers,
} from './arguments/optimizer';
export type { Schedule } from './arguments/schedules';
export {
  type ScheduleArguments,
  type SchedulerType,
  scheduleFor,
  schedulerTypes,
  type WarmupArguments,
  warmupStepsOf,
} from './arguments/schedules';
export { type MemoryEstimate, type MemoryOptions, memoryEstimate } from './estimate/estimate';
export { noteEstimate } from './estimate/note';
export { type Batch, type BatchOptions, packedBatches, rowLengthFor } from './loop/batches';
export type { Best, BestState } from './loop/best-model';
export type { Callback, EvaluationEvent, EventListener, LossEvent, StepEvent, TrainEvent } from './loop/events';
export { formatDuration, progressLine } from './loop/events';
export { shuffledOrder } from './loop/plan';
export type { SavedTraining, SaveTraining } from './loop/saved-training';
export type { BatchOptions as TaskBatchOptions, Examples, Figures, Task, TaskBatch } from './loop/task';
export { type TrainOptions, type TrainResult, train } from './loop/train';
export {
  type CausalExamples,
  type CausalExamplesOptions,
  type CutExamples,
  causalExamples,
  cutExamples,
  type PromptedText,
  type TruncationMode,
  truncationModes,
} from './tasks/causal-lm/examples';
export { lengthsNote, type TokenLengths, tokenLengths } from './tasks/causal-lm/lengths';
export {
  type ListProblem,
  type ListScores,
  listScores,
  normalisedItem,
  type ParsedList,
  type ParsedLists,
  parseList,
  parseLists,
  type SetScores,
} from './tasks/causal-lm/lists';
export { type CausalLmData, causalLmTask } from './tasks/causal-lm/task';
export { argMaxRows } from './tasks/logits';
export { type TextChunks, type TextChunksOptions, textChunks } from './tasks/masked-lm/examples';
export { type MaskedLmOptions, maskedLmTask } from './tasks/masked-lm/task';
export { classWeights } from './tasks/sequence/class-weights';
export type { DataParts, Dataset, LabelledTexts } from './tasks/sequence/examples';
export { encodeTexts, type TextInput, textInputs } from './tasks/sequence/examples';
export type { Evaluated, Evaluation, LabelColumn, Problem, Target } from './tasks/sequence/problem';
export { type LabelOf, type ProblemOf, problemOf, problems } from './tasks/sequence/problems';
export { type Forward, forwardAll, type SequenceTaskOptions, sequenceTask } from './tasks/sequence/task';
export {
  type EncodedSentences,
  type TaggedWords,
  type TokenExamplesOptions,
  tokenExamples,
} from './tasks/token/examples';
export { type Decoding, decodings, type TagDecoder, type TagDecoderOptions, tagDecoder } from './tasks/token/tags';
export { type TokenExamples, type TokenTaskOptions, tokenTask } from './tasks/token/task';
export { defaultStride, type WindowOptions, type WordWindow, wordWindows } from './tasks/token/windows';
