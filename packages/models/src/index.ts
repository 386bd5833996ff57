export { type PackedBatch, type PackOptions, packSequences, type Sequence } from './batch';
export { bert } from './bert/forward';
export { printable } from './checkpoint/_describe';
export { type ModelConfig, type ProblemType, parseModelConfig } from './checkpoint/config';
export { distilbert } from './distilbert/forward';
export type { Encoder, EncoderFamily } from './encoder/family';
export type { ForwardOptions } from './encoder/states';
export { type ExportModelOptions, exportModel } from './export/export-model';
export { encoders } from './families';
export type { Head, HeadInputs } from './heads/head';
export type { Task } from './heads/tasks';
export { initialise } from './initialise';
export { layerOf } from './layer-of';
export {
  type Model,
  maskedLanguageModel,
  modelForTask,
  modelWithHead,
  sequenceClassifier,
  tokenClassifier,
} from './model';
export { ignoredLabel, type LabelledBatch, type ReadOptions, readLabels, readTokens } from './read-tokens';
