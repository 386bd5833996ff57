/**
 * BERT, DistilBERT, ELECTRA, MPNet, RoBERTa, XLM-R, Llama, Qwen, Mistral and Gemma 3 for Hugging Face checkpoints, in every runtime. Files and the hub are in `@attune/models/node`.
 *
 * A model is a configuration, the shapes of its parameters, and a program that an engine compiles. Parameters are a flat record under the
 * checkpoint's own names.
 *
 * @example
 * const { model, parameters } = await loadModel('models/minilm', { labels: ['spam', 'ham'] }); // of @attune/models/node
 * const batch = packSequences([{ ids: [101, 7592, 102] }], { rowLength: 64 });
 * const { logits } = await engine.compile(model.program).run({ ...batch }, parameters);
 *
 * @packageDocumentation
 */

// Models: one per task, from a configuration and freshly initialized or loaded parameters.

export { type ModelConfig, type ModelTask, type ProblemType, tokenizedModel } from './checkpoint/model-config';
export { parseModelConfig } from './config';
export { initialize } from './initialize';
export {
  causalLanguageModel,
  type Model,
  maskedLanguageModel,
  modelForTask,
  sequenceClassifier,
  tokenClassifier,
} from './model';

// Logits of a trained head, shifted by a temperature or by offsets per label.

export { type LogitShift, shiftLogits } from './shift-logits';
export { type ThinOptions, thinModel } from './thin-model';

// Batches: sequences packed into rows, and selection of the tokens that the head reads.

export { type PackedBatch, type PackOptions, packSequences, type Sequence } from './batch';
export {
  ignoredLabel,
  type LabeledBatch,
  nextTokens,
  type SelectOptions,
  selectLabeled,
  selectTokens,
} from './select-tokens';

// Fine-tuning in less memory: adapters, quantized matrices, gradient checkpointing.

export { withGradientCheckpointing } from './gradient-checkpointing';
export { checkMergeable, mergeAdapter, unmergeAdapter } from './lora/merge-adapter';
export { type LoraOptions, modulesToTrain, type ResolvedLoraOptions, resolvedLora } from './lora/options';
export { initializeAdapter, isLoraModel, type LoraModel, withLora } from './lora/with-lora';
export { dequantizeMatrix, type QuantizedTensors, quantizeMatrix } from './quantized/quantize-matrix';
export {
  dequantizeParameters,
  isQuantized,
  type QuantizedModel,
  type QuantizeOptions,
  quantized,
  quantizeParameters,
} from './quantized/quantized';

// Generation of tokens.

export type { DecoderFile, DecoderTensor } from './generate/file-decoding';
export { endTokens, type GeneratedToken, type GenerateOptions, type Sampling } from './generate/options';
export { type GeneratedTokens, type TokenGenerator, tokenGenerator } from './generate/token-generator';

export { type EbnfOptions, ebnfGrammar } from './grammar/ebnf';
export { jsonSchemaGrammar } from './grammar/json-schema';
export type { JsonSchema } from './grammar/schema-keywords';
export type { GrammarPlace, TokenBytes, TokenGrammar } from './grammar/token-grammar';

// Export to ONNX and TensorFlow, as bytes.

export { type ExportDecoderOptions, exportDecoder } from './export/export-decoder';
export { type ExportModelOptions, exportModel, exportSavedModel } from './export/export-model';

// Building blocks for your own heads, families and features.

export { bert } from './bert';
export { distilbert } from './distilbert';
export { electra } from './electra';
export type { EncoderFamily, EncoderStates, Family } from './encoder/family';
export { families, layerOf } from './families';
export { gemma3 } from './gemma3';
export type { Head, HeadInputs } from './heads/head';
export { llama } from './llama';
export { mistral } from './mistral';
export { modelWithHead } from './model';
export { mpnet } from './mpnet';
export { openPass, type Pass, type PassWrapper, withPass } from './pass';
export { qwen2, qwen3 } from './qwen';
export { camembert, roberta, xlmRoberta } from './roberta';

// Text for terminals.

export { printable } from './checkpoint/describe';
