export { argumentChoices, type Strategy, strategies, type TrainingArguments, trainingArguments } from './arguments';
export { type Batch, type BatchOptions, packedBatches, rowLengthFor } from './batches';
export type { Best, BestState } from './best-model';
export type { Callback } from './callbacks/callback';
export { formatDuration, progressLine } from './callbacks/progress';
export {
  type CausalExamples,
  type CausalExamplesOptions,
  type CutExamples,
  causalExamples,
  cutExamples,
  type PromptedText,
  type TruncationMode,
  truncationModes,
} from './causal-examples';
export { type ClassWeights, classWeights } from './class-weights';
export type { Dataset } from './dataset';
export { noteEstimate } from './estimate-note';
export type { EvaluationEvent, EventListener, LossEvent, StepEvent, TrainEvent } from './events';
export { type Forward, forwardAll } from './forward';
export type { DataParts, LabeledTexts, LabelOf } from './labelled-texts';
export { type ListScores, listScores, normalisedItem, type SetScores } from './lists/list-scores';
export { type ListProblem, type ParsedList, type ParsedLists, parseList, parseLists } from './lists/parse-list';
export { type TrainOptions, type TrainResult, train } from './loop';
export { type MemoryEstimate, type MemoryOptions, memoryEstimate } from './memory-estimate';
export { decays } from './optimizers/decays';
export { type FreezeArguments, frozenParameters } from './optimizers/freeze';
export { type OptimizerArguments, optimizerConfig, optimizers } from './optimizers/optimizer-config';
export { shuffledOrder } from './sampler';
export type { SavedTraining, SaveTraining } from './saved-training';
export type { Schedule } from './schedules/schedule';
export { type ScheduleArguments, type SchedulerType, scheduleFor, schedulerTypes } from './schedules/schedule-for';
export { type WarmupArguments, warmupStepsOf } from './schedules/warmup';
export { encodeTexts } from './sequences';
export { type CausalLmData, causalLmTask } from './tasks/causal-lm';
export { type MaskedLmOptions, maskedLmTask } from './tasks/masked-lm';
export { argMaxRows, scoresOf, sequenceMetrics, type Target } from './tasks/sequence';
export { type SequenceTaskOptions, sequenceTask } from './tasks/sequence-task';
export { type Decoding, decodings, type TagDecoder, type TagDecoderOptions, tagDecoder } from './tasks/tag-decoder';
export type { BatchOptions as TaskBatchOptions, Examples, Figures, Task, TaskBatch } from './tasks/task';
export { type TokenExamples, type TokenTaskOptions, tokenTask } from './tasks/token';
export { type TextChunks, type TextChunksOptions, textChunks } from './text-chunks';
export { type TextInput, textInputs } from './text-input';
export { type EncodedSentences, type TaggedWords, type TokenExamplesOptions, tokenExamples } from './token-examples';
export { lengthsNote, type TokenLengths, tokenLengths } from './token-lengths';
export { defaultStride, type WindowOptions, type WordWindow, wordWindows } from './token-windows';
