import { attention, type DropoutSource, dropout, geluErf, type Specs, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { forReads } from '../lora/hook';
import { applyLayerNorm, applyLinear, layerNormSpecs, linearSpecs } from './modules';

/** What a checkpoint calls the modules of one layer. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

/** One layer of a pass. */
export interface Layer {
  /** Its place, from 0. */
  readonly index: number;
  readonly names: LayerNames;
  readonly config: ModelConfig;
  readonly parameters: Tensors;
  /** BERT drops after the attention's output projection, DistilBERT does not. */
  readonly dropsAttentionOutput: boolean;
}

/** Tokens that ask, and what each of them may see. */
export interface Queries {
  /** [rows, 1, queries, keys] */
  readonly bias: tf.Tensor;
  /** Places of the queries; absent where nothing is dropped. */
  readonly source?: DropoutSource;
  /** [rows · keys]: the sequence of each key. */
  readonly keySequenceIds: tf.Tensor;
}

/** Dropouts of one layer: attention probabilities, attention output, feed-forward output. */
const dropoutsPerLayer = 3;

/** The number of a dropout within a pass: 0 after the embeddings, then the layers', then the head's. */
export const dropoutOp = (layer: number, within = 0): number => 1 + layer * dropoutsPerLayer + within;

/**
 * One post-norm encoder layer: x ← norm(x + attention(x)); x ← norm(x + feedForward(x)).
 *
 * @param x [tokens, hidden]
 * @see Devlin et al.: BERT (2019); transformers' BertLayer and DistilBERT's TransformerBlock
 */
export function encoderLayer(x: tf.Tensor, layer: Layer, queries: Queries): tf.Tensor {
  return afterAttention(x, attend(x, x, { layer, queries }), { layer, source: queries.source });
}

/** What `own` [queries, hidden] make of `all` [keys, hidden]: heads side by side, not yet projected. */
export function attend(
  own: tf.Tensor,
  all: tf.Tensor,
  { layer, queries }: { layer: Layer; queries: Queries },
): tf.Tensor {
  const { config, parameters, names, index } = layer;
  const { bias, source, keySequenceIds } = queries;
  return attention({
    query: applyLinear(own, own === all ? parameters : forReads(parameters), names.query),
    key: applyLinear(all, parameters, names.key),
    value: applyLinear(all, parameters, names.value),
    bias,
    heads: config.heads,
    dropout: (probabilities) =>
      dropout(probabilities, source, { rate: config.attentionDropout, op: dropoutOp(index), keySequenceIds }),
  });
}

/** The rest of the layer, which each token goes through by itself. @param x [tokens, hidden]; `attended` the same */
export function afterAttention(
  x: tf.Tensor,
  attended: tf.Tensor,
  { layer, source }: { layer: Layer; source?: DropoutSource },
): tf.Tensor {
  const { config, parameters, names, index, dropsAttentionOutput } = layer;
  const drop = (y: tf.Tensor, within: number) =>
    dropout(y, source, { rate: config.hiddenDropout, op: dropoutOp(index, within) });
  const projected = applyLinear(attended, parameters, names.attentionOutput);
  const mixed = dropsAttentionOutput ? drop(projected, 1) : projected;
  const middle = applyLayerNorm(tf.add(mixed, x), parameters, names.attentionNorm, config.layerNormEps);
  const inner = geluErf(applyLinear(middle, parameters, names.intermediate)); // [tokens, intermediate]
  const outer = drop(applyLinear(inner, parameters, names.output), 2);
  return applyLayerNorm(tf.add(outer, middle), parameters, names.outputNorm, config.layerNormEps);
}

/** Shapes of one layer's parameters. */
export function layerSpecs(names: LayerNames, { hiddenSize, intermediateSize }: ModelConfig): Specs {
  return {
    ...linearSpecs(names.query, hiddenSize, hiddenSize),
    ...linearSpecs(names.key, hiddenSize, hiddenSize),
    ...linearSpecs(names.value, hiddenSize, hiddenSize),
    ...linearSpecs(names.attentionOutput, hiddenSize, hiddenSize),
    ...layerNormSpecs(names.attentionNorm, hiddenSize),
    ...linearSpecs(names.intermediate, hiddenSize, intermediateSize),
    ...linearSpecs(names.output, intermediateSize, hiddenSize),
    ...layerNormSpecs(names.outputNorm, hiddenSize),
  };
}
