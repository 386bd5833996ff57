import { attention, type DropoutSource, dropout, geluErf, type Specs, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
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

/** What is the same for every layer of a pass. */
export interface EncoderContext {
  readonly config: ModelConfig;
  readonly parameters: Tensors;
  /** [rows, 1, length, length] */
  readonly bias: tf.Tensor;
  /** Absent where nothing is dropped. */
  readonly source?: DropoutSource;
  /** BERT drops after the attention's output projection, DistilBERT does not. */
  readonly dropsAttentionOutput: boolean;
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
export function encoderLayer(x: tf.Tensor, layer: number, names: LayerNames, context: EncoderContext): tf.Tensor {
  const { config, parameters, bias, source, dropsAttentionOutput } = context;
  const drop = (y: tf.Tensor, rate: number, within: number) =>
    dropout(y, source, { rate, op: dropoutOp(layer, within) });
  const attended = attention({
    query: applyLinear(x, parameters, names.query),
    key: applyLinear(x, parameters, names.key),
    value: applyLinear(x, parameters, names.value),
    bias,
    heads: config.heads,
    dropout: (probabilities) => drop(probabilities, config.attentionDropout, 0),
  });
  const projected = applyLinear(attended, parameters, names.attentionOutput);
  const mixed = dropsAttentionOutput ? drop(projected, config.hiddenDropout, 1) : projected;
  const middle = applyLayerNorm(tf.add(mixed, x), parameters, names.attentionNorm, config.layerNormEps);
  const inner = geluErf(applyLinear(middle, parameters, names.intermediate)); // [tokens, intermediate]
  const outer = drop(applyLinear(inner, parameters, names.output), config.hiddenDropout, 2);
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
