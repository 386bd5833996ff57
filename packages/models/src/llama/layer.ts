import {
  attention,
  type DropoutSource,
  dropout,
  type Rotation,
  rmsNorm,
  rope,
  silu,
  type Tensors,
} from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { dropoutOp } from '../encoder/layer';
import { adapt } from '../lora/hook';
import { timesWeight } from '../quantised/product';
import type { LayerNames } from './parameters';

/** One layer of a pass. */
export interface Layer {
  /** Its place, from 0. */
  readonly index: number;
  readonly names: LayerNames;
  readonly config: ModelConfig;
  readonly parameters: Tensors;
}

/** Where the tokens are, and what each of them may see. */
export interface Places {
  /** [rows, 1, length, length] */
  readonly bias: tf.Tensor;
  readonly rotation: Rotation;
  /** Places of the tokens; absent where nothing is dropped. */
  readonly source?: DropoutSource;
}

/**
 * One pre-norm decoder layer: x ← x + attention(norm(x)); x ← x + feedForward(norm(x)).
 *
 * @param x [tokens, hidden]
 * @see Touvron et al.: LLaMA (2023); transformers' LlamaDecoderLayer
 */
export function decoderLayer(x: tf.Tensor, layer: Layer, places: Places): tf.Tensor {
  return afterAttention(x, attend(x, layer, places), layer);
}

/** What the tokens make of one another: [tokens, heads · headDim], heads side by side, not yet projected. */
export function attend(x: tf.Tensor, layer: Layer, { bias, rotation, source }: Places): tf.Tensor {
  const { config, index } = layer;
  return attention({
    ...projected(x, layer, rotation),
    bias,
    heads: config.heads,
    keyValueHeads: config.decoder!.keyValueHeads,
    dropout: (probabilities) => dropout(probabilities, source, { rate: config.attentionDropout, op: dropoutOp(index) }),
  });
}

/** Queries, keys and values of the tokens, the first two turned by their positions: [tokens, heads · headDim]. */
export function projected(x: tf.Tensor, layer: Layer, rotation: Rotation) {
  const { names } = layer;
  const normal = applyNorm(x, layer, names.attentionNorm);
  return {
    query: rope(applyMatrix(normal, layer, names.query), rotation),
    key: rope(applyMatrix(normal, layer, names.key), rotation),
    value: applyMatrix(normal, layer, names.value),
  };
}

/** The rest of the layer, which each token goes through by itself. @param x [tokens, hidden]; `attended` as `attend` gives it */
export function afterAttention(x: tf.Tensor, attended: tf.Tensor, layer: Layer): tf.Tensor {
  const { names } = layer;
  const middle = tf.add(x, applyMatrix(attended, layer, names.attentionOutput)); // [tokens, hidden]
  const normal = applyNorm(middle, layer, names.feedForwardNorm);
  const gate = silu(applyMatrix(normal, layer, names.gate)); // [tokens, intermediate]
  const inner = tf.mul(gate, applyMatrix(normal, layer, names.up));
  return tf.add(middle, applyMatrix(inner, layer, names.down));
}

type Modules = Pick<Layer, 'parameters' | 'config'>;

export const applyNorm = (x: tf.Tensor, { parameters, config }: Modules, name: string): tf.Tensor =>
  rmsNorm(x, parameters[`${name}.weight`], config.layerNormEps);

/** x · weightᵀ: a linear module without a bias. */
const applyMatrix = (x: tf.Tensor, { parameters }: Modules, name: string): tf.Tensor =>
  adapt(timesWeight(x, parameters, `${name}.weight`), { x, parameters, name });
