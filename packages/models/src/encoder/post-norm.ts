import { attention, embedding, geluErf, type Specs } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/model-config';
import { headPositions, type Pass } from '../pass';
import { layerNormSpecs, linearSpecs } from '../specs';
import type { EncoderStates } from './family';
import { everyPair, headPairs, isFew, maskOnly, type ScoreBias } from './token-pairs';

/** Differences between families of encoders with a norm after each half of a layer. */
export interface PostNormEncoder {
  readonly embeddingsNorm: string;
  /** Module that projects embeddings to the hidden size, if the two differ. */
  readonly embeddingsProjection?: string;
  readonly layerNames: (layer: number) => LayerNames;
  /** Whether dropout applies to the output projection of attention: true in BERT and most others, false in DistilBERT. */
  readonly dropsAttentionOutput: boolean;
  /** Bias of attention scores, such as a bias by distance, including the mask; default only the mask of other sequences' keys. */
  readonly scoreBias?: ScoreBias;
}

/** Module names of one layer in a checkpoint. */
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

/**
 * Normalizes summed embeddings [tokens, embedding], projects them to the hidden size if it differs, and runs the layers.
 *
 * The last layer computes keys and values for all tokens, and the rest only for the tokens that the head reads. For a sequence classifier
 * this saves a seventh of the arithmetic of DistilBERT and a fourteenth of BERT's. Other states of the last layer
 * are computed only if a program uses them.
 */
export function encoderStates(embedded: tf.Tensor, encoder: PostNormEncoder, pass: Pass): EncoderStates {
  const { config, batch } = pass;
  const layers = Array.from({ length: config.layers }, (_, index) => ({
    index,
    names: encoder.layerNames(index),
    dropsAttentionOutput: encoder.dropsAttentionOutput,
  }));
  const { scoreBias } = encoder;
  const bias = (scoreBias ?? maskOnly)(everyPair(batch), pass);
  const everyToken = (layer: Layer): Queries => ({ pass, bias: bias(layer.index) });
  const normal = pass.norm(embedded, encoder.embeddingsNorm);
  const dropped = pass.dropout(normal, { rate: config.hiddenDropout, site: 'embeddings' });
  const projects = encoder.embeddingsProjection !== undefined && config.embeddingSize !== config.hiddenSize;
  const states = [projects ? pass.linear(dropped, encoder.embeddingsProjection!) : dropped]; // [tokens, hidden]
  const last = layers[config.layers - 1];
  for (const layer of layers.slice(0, -1)) {
    const queries = everyToken(layer);
    const { names } = layer;
    const shared = scoreBias && { bias: queries.bias };
    states.push(pass.checkpoint((x) => encoderLayer(x, layer, queries), states[layer.index], { names, shared }));
  }
  const before = states[last.index];
  return {
    states: [...states, encoderLayer(before, last, everyToken(last))],
    headStates: headLayer(before, last, { everyToken: everyToken(last), scoreBias }),
  };
}

/** One layer of a pass. */
interface Layer {
  /** Index of the layer, from 0. */
  readonly index: number;
  readonly names: LayerNames;
  readonly dropsAttentionOutput: boolean;
}

/** Tokens whose queries are computed, and the keys visible to each. */
interface Queries {
  /** A pass over these tokens. */
  readonly pass: Pass;
  /** [rows, heads or 1, queries, keys] */
  readonly bias: tf.Tensor;
}

/**
 * One post-norm encoder layer: x ← norm(x + attention(x)); x ← norm(x + feedForward(x)).
 *
 * @param x [tokens, hidden]
 * @see Devlin et al.: BERT (2019); transformers' BertLayer and DistilBERT's TransformerBlock
 */
function encoderLayer(x: tf.Tensor, layer: Layer, everyToken: Queries): tf.Tensor {
  const { pass } = everyToken;
  return afterAttention(x, attend(x, layer, { own: x, queries: everyToken, pass }), { layer, pass });
}

/** The same for the tokens that the head reads: [tokens, hidden] → [reads, hidden]. */
function headLayer(
  x: tf.Tensor,
  layer: Layer,
  { everyToken, scoreBias = maskOnly }: { everyToken: Queries; scoreBias?: ScoreBias },
): tf.Tensor {
  const { pass } = everyToken;
  const { batch } = pass;
  const headPass = pass.at(headPositions(batch));
  const own = embedding(x, batch.reads); // [reads, hidden]
  const few = (): Queries => ({ pass: headPass, bias: scoreBias(headPairs(batch), headPass)(layer.index) });
  const attended = isFew(batch)
    ? attend(x, layer, { own, queries: few(), pass })
    : embedding(attend(x, layer, { own: x, queries: everyToken, pass }), batch.reads);
  return afterAttention(own, attended, { layer, pass: headPass });
}

interface AttendOptions {
  /** `[queries, hidden]`: states of the queries' tokens. */
  readonly own: tf.Tensor;
  readonly queries: Queries;
  /** A pass over all tokens, whose keys and values are computed. */
  readonly pass: Pass;
}

/** Attention of queries to all tokens, `x` [keys, hidden]: [queries, hidden], heads side by side, not yet projected. */
function attend(x: tf.Tensor, { index, names }: Layer, { own, queries, pass }: AttendOptions): tf.Tensor {
  const { config, batch } = pass;
  return attention({
    query: queries.pass.linear(own, names.query),
    key: pass.linear(x, names.key),
    value: pass.linear(x, names.value),
    bias: queries.bias,
    heads: config.heads,
    dropout: (probabilities) =>
      queries.pass.dropout(probabilities, {
        rate: config.attentionDropout,
        site: { layer: index, part: 'attention' },
        keySequenceIds: batch.sequenceIds,
      }),
  });
}

/** The rest of the layer, token by token. @param x [tokens, hidden]; `attended` has the same shape */
function afterAttention(
  x: tf.Tensor,
  attended: tf.Tensor,
  { layer: { index, names, dropsAttentionOutput }, pass }: { layer: Layer; pass: Pass },
): tf.Tensor {
  const drop = (y: tf.Tensor, part: 'attentionOutput' | 'feedForward') =>
    pass.dropout(y, { rate: pass.config.hiddenDropout, site: { layer: index, part } });
  const projected = pass.linear(attended, names.attentionOutput);
  const mixed = dropsAttentionOutput ? drop(projected, 'attentionOutput') : projected;
  const middle = pass.norm(tf.add(mixed, x), names.attentionNorm);
  const inner = geluErf(pass.linear(middle, names.intermediate)); // [tokens, intermediate]
  const outer = drop(pass.linear(inner, names.output), 'feedForward');
  return pass.norm(tf.add(outer, middle), names.outputNorm);
}
