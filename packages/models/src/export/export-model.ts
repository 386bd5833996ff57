import {
  exportToOnnx,
  exportToSavedModel,
  type HostTensors,
  type OnnxFile,
  type Precision,
  type ProgramFunction,
  type SavedModelFile,
} from '@attune/engine';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import { hasSegments } from '../checkpoint/model-config';
import type { Model } from '../model';
import { exportDecoder, groupProducts } from './export-decoder';
import { type PaddedOptions, paddedBatch, paddedBatchInTensorflow, paddedBatchSpecs } from './padded-batch';

/** Options of `exportModel`. */
export interface ExportModelOptions {
  /** The model's parameters by name, stored as constants of the file. */
  readonly parameters: HostTensors;
  /** Precision of the weights; default `fp32`. */
  readonly precision?: Precision;
}

/**
 * Exports a model as one ONNX file with the inputs and outputs of Hugging Face's exporters: `input_ids`, `attention_mask` and, for a model with
 * segments, `token_type_ids`, each int64 [batch, sequence]; `logits` float32. Batch size and length are free. A decoder's file also has
 * keys and values as inputs and outputs: see `exportDecoder`.
 *
 * Logits are [batch, labels] for a sequence classifier and for a custom head, which reads the first token,
 * [batch, sequence, labels] for a token classifier, [batch, sequence, vocab] for a masked language model. Ignore the logits
 * at padding.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on; EXPORT_UNSUPPORTED for a decoder in 8 or 4 bits, or with adapters
 * @example
 * const file = exportModel(model, { parameters, precision: 'int8' });
 * for (const bytes of file.chunks()) await output.writeFile(bytes);
 */
export function exportModel(model: Model, { parameters, precision = 'fp32' }: ExportModelOptions): OnnxFile {
  if (isDecoder(model)) return exportDecoder(model, { parameters, precision });
  const options = paddedOptionsOf(model);
  return exportToOnnx(logitsOf(model, options), {
    inputs: inputsOf(options),
    batch: (sizes) => paddedBatchSpecs(sizes, options),
    products: productsOf(model),
    prologue: (graph, sizes) => paddedBatch(graph, sizes, options),
    parameters,
    precision,
  });
}

/**
 * Exports a model as the file `saved_model.pb` of a TensorFlow SavedModel with the function `serving_default`, whose inputs are int32.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on; EXPORT_UNSUPPORTED for a decoder
 * @example
 * const file = exportSavedModel(model, { parameters });
 * for (const bytes of file.chunks()) await output.writeFile(bytes);
 */
export function exportSavedModel(model: Model, { parameters }: Pick<ExportModelOptions, 'parameters'>): SavedModelFile {
  refuseDecoder(model);
  const options = paddedOptionsOf(model);
  return exportToSavedModel(logitsOf(model, options), {
    inputs: inputsOf(options),
    batch: (sizes) => paddedBatchSpecs(sizes, options),
    prologue: (graph, sizes) => paddedBatchInTensorflow(graph, sizes, options),
    parameters,
  });
}

function paddedOptionsOf(model: Model): PaddedOptions {
  return {
    hasTypes: hasSegments(model.config),
    reads: model.task === 'token-classification' || model.task === 'masked-lm' ? 'every' : 'first',
  };
}

function inputsOf({ hasTypes }: PaddedOptions) {
  const shape = ['batch', 'sequence'] as const;
  return { input_ids: shape, attention_mask: shape, ...(hasTypes && { token_type_ids: shape }) };
}

function logitsOf({ program }: Model, { reads }: PaddedOptions): ProgramFunction {
  return (batch, parameters) => {
    const { logits } = program(batch, parameters);
    const [rows, length] = batch.sequenceIds.shape;
    return { logits: reads === 'first' ? logits : tf.reshape(logits, [rows, length, logits.shape[1]!]) };
  };
}

/** Whether a model generates text. A decoder that classifies texts has the inputs and outputs of an encoder. */
const isDecoder = ({ config: { decoder }, task }: Model): boolean => decoder !== undefined && task === 'causal-lm';

/** Sizes that are dimensions of a decoder's inputs; undefined for an encoder. */
function productsOf({ config }: Model) {
  return config.decoder && ([['batch', 'sequence'], ...groupProducts(config)] as const);
}

function refuseDecoder({ config: { decoder, modelType } }: Model): void {
  if (decoder)
    throw new AttuneError(
      'EXPORT_UNSUPPORTED',
      `exportSavedModel: expected an encoder, got a ${modelType}; export it as ONNX (exportModel), or save it with saveModel`,
    );
}
