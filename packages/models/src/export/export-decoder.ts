import {
  type Activations,
  exportToOnnx,
  type HostTensors,
  type OnnxFile,
  type OnnxGraph,
  type Precision,
  type ProgramFunction,
  type QuantizedFormat,
  type Tensors,
} from '@attune/engine';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, ModelType } from '../checkpoint/model-config';
import { newNames, pastNames, withPast } from '../decoder/cache';
import { cachedProgram } from '../generate/decoding';
import { newName, pastName, presentName, statesOf } from '../generate/file-decoding';
import { isLoraModel } from '../lora/with-lora';
import type { Model } from '../model';
import { isQuantized } from '../quantized/quantized';
import { withQuantizedLogits } from '../quantized/quantized-logits';
import { rangeTo } from './padded-batch';

/** New tokens whose logits are returned. */
type Reads = 'every' | 'last';
type Size = 'batch' | 'sequence' | 'past' | 'total';

/** Options of `exportDecoder`. */
export interface ExportDecoderOptions {
  /** The model's parameters by name, stored as constants of the file. */
  readonly parameters: HostTensors;
  /** Precision of the weights; default `fp32`. */
  readonly precision?: Precision;
  /**
   * New tokens whose logits are returned: `every` (default), as in Hugging Face's files, or only the `last` of each text, as `tokenGenerator` needs.
   * With `last`, the returned keys and values are those of the new tokens only, for the cache of `tokenGenerator`.
   */
  readonly reads?: Reads;
  /** Whether every ONNX runtime can read the file; default true. False uses faster operators that only onnxruntime has. */
  readonly isPortable?: boolean;
  /**
   * Precision of the activations in products with `int8` or `int4` matrices; default `float32`. `int8` rounds each block of 64 activations to 8
   * bits and stores the matrix of the logits in 8 bits: faster, but a different token may become the most likely one. Requires `isPortable: false`.
   */
  readonly activations?: Activations;
}

/**
 * Exports a decoder as one ONNX file with the inputs and outputs of Hugging Face's exporters, for any batch size and number of tokens.
 *
 * Inputs: `input_ids` and `position_ids` [batch, sequence] of the new
 * tokens and `attention_mask` [batch, total] of earlier and new ones, all int64; per layer `past_key_values.i.key` and
 * `….value` float32 [batch, keyValueHeads, past, headDim]. Outputs: `logits` [batch, sequence, vocab]; per layer `present.i.key` and `….value`
 * [batch, keyValueHeads, total, headDim]. With `reads: 'last'` the outputs are `logits`
 * [batch, vocab] and per layer `new.i.key` and `….value` `[batch, keyValueHeads, sequence, headDim]`, so that the runtime does not copy the cache for each token.
 *
 * With `isPortable: false` the model may be quantized (`quantized`) and have LoRA adapters.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on; EXPORT_UNSUPPORTED for options that the model or the format does not support
 * @example
 * const file = await openOnnxFile(exportDecoder(model, { parameters, reads: 'last', isPortable: false }));
 * const written = await tokenGenerator({ model, file }).generate([[1, 403, 407]]);
 */
export function exportDecoder(plain: Model, options: ExportDecoderOptions): OnnxFile {
  const { precision = 'fp32', reads = 'every', isPortable = true, activations = 'float32' } = options;
  if (isPortable) checkPlain(plain);
  if (activations === 'int8') checkActivations(plain, isPortable);
  const own = { model: plain, parameters: options.parameters };
  const { model, parameters } = activations === 'int8' ? withQuantizedLogits(own) : own;
  const { config } = model;
  const { keyValueHeads, headDim } = config.decoder!;
  const state = ['batch', keyValueHeads, 'past', headDim] as const;
  return exportToOnnx<Size>(withBorders(model, reads), {
    inputs: {
      input_ids: ['batch', 'sequence'],
      attention_mask: ['batch', 'total'],
      position_ids: ['batch', 'sequence'],
    },
    states: Object.fromEntries(statesOf(config).map((place) => [pastName(place), state])),
    sums: { total: ['past', 'sequence'] },
    products: [['batch', 'sequence'], ...groupProducts(config)],
    batch: ({ batch, sequence, total }) => {
      const int32 = (...shape: number[]) => ({ shape, dtype: 'int32' as const });
      const [query, seen] = [int32(batch, sequence), int32(batch, total)];
      const read = int32(reads === 'last' ? batch : batch * sequence);
      return { inputIds: query, positionIds: query, keyIds: seen, keyPositionIds: seen, reads: read };
    },
    prologue: (graph, sizes) =>
      placesIn(graph, { ...sizes, reads, isCounted: countedFromOne.includes(config.modelType) }),
    parameters,
    precision,
    isPortable,
    activations,
  });
}

/** Query heads that share a key head, one after another, as one longer list of queries. */
export function groupProducts({ heads, decoder }: ModelConfig): readonly (readonly [number, 'sequence'])[] {
  const group = heads / decoder!.keyValueHeads;
  return group > 1 ? [[group, 'sequence']] : [];
}

function checkPlain(model: Model): void {
  if (!isLoraModel(model) && !isQuantized(model)) return;
  const [what, first] = isLoraModel(model)
    ? ['adapters', 'merge them (mergeAdapter)']
    : ['quantized matrices', 'turn them back (dequantizeParameters)'];
  throw new AttuneError(
    'EXPORT_UNSUPPORTED',
    `exportModel: expected a plain ${model.config.modelType} in float32, got one with ${what}; ${first} first`,
  );
}

function checkActivations(model: Model, isPortable: boolean): void {
  const format = formatOf(model);
  if (!isPortable && (format === 'int8' || format === 'int4')) return;
  throw new AttuneError(
    'EXPORT_UNSUPPORTED',
    `exportModel: activations: 'int8' expected a model in int8 or int4 in a file for onnxruntime alone (isPortable: false), got ${isPortable ? 'a portable file' : `one in ${format ?? 'float32'}`}; remove it, or quantize the model`,
  );
}

/** Format of a quantized model's matrices, with or without adapters; undefined for float32. */
function formatOf(model: Model): QuantizedFormat | undefined {
  const base = isLoraModel(model) ? model.base : model;
  return isQuantized(base) ? base.quantized.format : undefined;
}

/**
 * Families for which transformers.js starts `position_ids` at 1 (4.3.2, in `decoder_prepare_inputs_for_generation`). Rotations do not change if all
 * positions are shifted, but sliding windows do: query positions are therefore counted from the mask, like key positions.
 */
const countedFromOne: readonly ModelType[] = ['gemma3_text'];

interface PlacesOptions extends Readonly<Record<Size, number>> {
  readonly reads: Reads;
  /** Whether the positions of new tokens are counted from the mask instead of `position_ids`. */
  readonly isCounted: boolean;
}

/** Writes the positions of the tokens: masked keys count as empty, the others from 0. */
function placesIn(graph: OnnxGraph, { batch, sequence, past, total, reads, isCounted }: PlacesOptions) {
  const emit = (operator: string, ...inputs: string[]) => graph.compute(operator, inputs);
  const int32From = (from: string) => {
    const cast = graph.temporary();
    graph.cast(from, cast, 'int32');
    return cast;
  };
  const one = graph.scalar(1, 'int32');
  const mask = int32From('attention_mask');
  const firsts = rangeTo(graph, batch * sequence, reads === 'last' ? sequence : 1);
  const lasts = () => emit('Sub', emit('Add', firsts, graph.int64([sequence])), graph.int64([1]));
  const places = {
    inputIds: int32From('input_ids'),
    positionIds: isCounted ? undefined : int32From('position_ids'),
    keyIds: emit('Sub', mask, one), // 0, or −1 for a key that is not seen
    keyPositionIds: emit('Sub', emit('CumSum', mask, one), one),
  };
  const columns = () => [graph.int64([past]), graph.int64([total]), graph.int64([1])]; // of the new tokens: from, to, on axis 1
  const counted = () => emit('Max', emit('Slice', places.keyPositionIds, ...columns()), graph.scalar(0, 'int32'));
  return {
    ...places,
    positionIds: places.positionIds ?? counted(),
    reads: int32From(reads === 'last' ? lasts() : firsts),
  };
}

/** The cached program under the names of Hugging Face's files, with keys and values of all tokens or only of the new ones as outputs. */
function withBorders(model: Model, reads: Reads): ProgramFunction {
  const { config } = model;
  const isJoined = reads === 'every';
  const program = cachedProgram(model, { isJoined });
  const states = statesOf(config).map((place) => {
    const [own, added] = [pastNames(place.layer), newNames(place.layer)];
    const border = { past: pastName(place), out: (isJoined ? presentName : newName)(place) };
    return {
      ...border,
      ...(place.kind === 'key' ? { own: own.keys, added: added.keys } : { own: own.values, added: added.values }),
    };
  });
  return (inputs, parameters) => {
    const [batch, sequence] = inputs.inputIds.shape as [number, number];
    const past: Tensors = Object.fromEntries(states.map((names) => [names.own, inputs[names.past]]));
    const outputs = program({ ...inputs, ...past }, parameters);
    const stateOf = ({ own, added }: (typeof states)[number]) =>
      isJoined ? withPast(past[own], outputs[added]) : outputs[added];
    const { logits } = outputs;
    const shown = reads === 'last' ? logits : tf.reshape(logits, [batch, sequence, config.vocabSize]);
    return { logits: shown, ...Object.fromEntries(states.map((names) => [names.out, stateOf(names)])) };
  };
}
