export { type PackedBatch, type PackOptions, packSequences, type Sequence } from './batch';
export { bert } from './bert/forward';
export { printable } from './checkpoint/_describe';
export { type ModelConfig, type ProblemType, parseModelConfig } from './checkpoint/config';
export { distilbert } from './distilbert/forward';
export type { Encoder, EncoderFamily, Family } from './encoder/family';
export type { ForwardOptions } from './encoder/states';
export { type ExportDecoderOptions, exportDecoder } from './export/export-decoder';
export { type ExportModelOptions, exportModel, exportSavedModel } from './export/export-model';
export { encoders, families } from './families';
export {
  type DecoderFile,
  type DecoderTensor,
  endTokens,
  type GeneratedToken,
  type GeneratedTokens,
  type GenerateOptions,
  type Sampling,
  type TokenGenerator,
  tokenGenerator,
} from './generate';
export type { Head, HeadInputs } from './heads/head';
export type { ModelTask, Task } from './heads/tasks';
export { initialise } from './initialise';
export { layerOf } from './layer-of';
export type { DecoderConfig } from './llama/config';
export { llama } from './llama/forward';
export type { Rope } from './llama/rope-config';
export { initialiseAdapter } from './lora/initialise-adapter';
export type { LinearModule } from './lora/linear-modules';
export { checkMergeable, mergeAdapter, unmergeAdapter } from './lora/merge-adapter';
export type { LoraOptions } from './lora/options';
export { isLoraModel, type LoraModel, withLora } from './lora/with-lora';
export {
  causalLanguageModel,
  type Model,
  maskedLanguageModel,
  modelForTask,
  modelWithHead,
  sequenceClassifier,
  tokenClassifier,
} from './model';
export { nextTokens } from './next-tokens';
export { formatIn, quantisedNames } from './quantised/product';
export { dequantiseMatrix, type QuantisedTensors, quantiseMatrix } from './quantised/quantise-matrix';
export {
  dequantiseParameters,
  isQuantised,
  type QuantisedModel,
  type QuantiseOptions,
  quantised,
  quantiseParameters,
} from './quantised/quantised';
export { ignoredLabel, type LabelledBatch, type ReadOptions, readLabels, readTokens } from './read-tokens';
export { withGradientCheckpointing } from './recompute';
