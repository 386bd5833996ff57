export { type PackedBatch, type PackOptions, packSequences, type Sequence } from './batch';
export { bert } from './bert';
export { printable } from './checkpoint/describe';
export type { DecoderConfig, ModelConfig, ModelTask, ProblemType, Rope, Task } from './checkpoint/model-config';
export { parseModelConfig } from './config';
export { distilbert } from './distilbert';
export type { Encoder, EncoderFamily, Family } from './encoder/family';
export { type ExportDecoderOptions, exportDecoder } from './export/export-decoder';
export { type ExportModelOptions, exportModel, exportSavedModel } from './export/export-model';
export { encoders, families, layerOf } from './families';
export type { DecoderFile, DecoderTensor } from './generate/file-decoding';
export { endTokens, type GeneratedToken, type GenerateOptions, type Sampling } from './generate/options';
export { type GeneratedTokens, type TokenGenerator, tokenGenerator } from './generate/token-generator';
export { withGradientCheckpointing } from './gradient-checkpointing';
export type { Head, HeadInputs } from './heads/head';
export { initialise } from './initialize';
export type { LinearModule } from './linear-modules';
export { llama } from './llama/llama';
export { checkMergeable, mergeAdapter, unmergeAdapter } from './lora/merge-adapter';
export type { LoraOptions } from './lora/options';
export { initialiseAdapter, isLoraModel, type LoraModel, withLora } from './lora/with-lora';
export {
  causalLanguageModel,
  type Model,
  maskedLanguageModel,
  modelForTask,
  modelWithHead,
  sequenceClassifier,
  tokenClassifier,
} from './model';
export { openPass, type Pass } from './pass';
export { dequantiseMatrix, type QuantisedTensors, quantiseMatrix } from './quantized/quantize-matrix';
export {
  dequantiseParameters,
  isQuantised,
  type QuantisedModel,
  type QuantiseOptions,
  quantised,
  quantiseParameters,
} from './quantized/quantized';
export {
  ignoredLabel,
  type LabelledBatch,
  nextTokens,
  type ReadOptions,
  readLabels,
  readTokens,
} from './select-tokens';
