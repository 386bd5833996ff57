import { attention, embedding, type Rotation, rope, type Specs, sequenceBias, silu } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/model-config';
import type { EncoderStates, Family } from '../encoder/family';
import { headPositions, type Pass } from '../pass';
import { matrixSpecs, type ParameterSpecs, rmsNormSpecs, tableSpecs } from '../specs';
import type { Cache } from './cache';
import { llamaFormat } from './config';
import { rotationAt } from './rope';

const words = 'model.embed_tokens';
const finalNorm = 'model.norm';
const decoder = 'lm_head';

/** What a checkpoint calls the modules of one layer. */
interface LayerNames {
  readonly attentionNorm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly feedForwardNorm: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

/** The names of layer `i`, as transformers' LlamaDecoderLayer has them. */
function layerNames(i: number): LayerNames {
  const layer = `model.layers.${i}`;
  return {
    attentionNorm: `${layer}.input_layernorm`,
    query: `${layer}.self_attn.q_proj`,
    key: `${layer}.self_attn.k_proj`,
    value: `${layer}.self_attn.v_proj`,
    attentionOutput: `${layer}.self_attn.o_proj`,
    feedForwardNorm: `${layer}.post_attention_layernorm`,
    gate: `${layer}.mlp.gate_proj`,
    up: `${layer}.mlp.up_proj`,
    down: `${layer}.mlp.down_proj`,
  };
}

/** Shapes of the parameters below the head, in the checkpoint's order. No module has a bias. */
function specs(config: ModelConfig): ParameterSpecs {
  const { vocabSize, hiddenSize, layers } = config;
  return {
    ...tableSpecs(words, [vocabSize, hiddenSize]),
    ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config))),
    ...rmsNormSpecs(finalNorm, hiddenSize),
  };
}

function layerSpecs(names: LayerNames, config: ModelConfig): Specs {
  const { hiddenSize, intermediateSize, heads } = config;
  const { headDim, keyValueHeads } = config.decoder!;
  return {
    ...rmsNormSpecs(names.attentionNorm, hiddenSize),
    ...matrixSpecs(names.query, hiddenSize, heads * headDim),
    ...matrixSpecs(names.key, hiddenSize, keyValueHeads * headDim),
    ...matrixSpecs(names.value, hiddenSize, keyValueHeads * headDim),
    ...matrixSpecs(names.attentionOutput, heads * headDim, hiddenSize),
    ...rmsNormSpecs(names.feedForwardNorm, hiddenSize),
    ...matrixSpecs(names.gate, hiddenSize, intermediateSize),
    ...matrixSpecs(names.up, hiddenSize, intermediateSize),
    ...matrixSpecs(names.down, intermediateSize, hiddenSize),
  };
}

/**
 * Llama: a decoder, each token of which sees its own sequence up to itself. The last of its states is the normalized one.
 *
 * @see Touvron et al.: LLaMA (2023), Llama 2 (2023); transformers' LlamaModel
 */
export const llama: Family = {
  format: llamaFormat,
  prefix: 'model',
  specs,
  finalNorm,
  heads: { causalLanguageModel: { decoder, words: `${words}.weight` } },
  forward: (pass) => llamaStates(pass),
};

/**
 * Hidden states of a packed batch, or with a cache of new tokens alone: the keys and values of earlier ones come from the cache, which
 * takes in those of the new ones.
 *
 * Of the last layer the head needs only the tokens it reads: after its attention, nothing else is computed for the others.
 */
export function llamaStates(pass: Pass, cache?: Cache): EncoderStates {
  const { config, batch } = pass;
  const places = cache ? { ...cache, cache } : placesOf(pass);
  const inputIds = cache ? tf.reshape(batch.inputIds, [-1]) : batch.inputIds;
  const states = [pass.embedding(inputIds, words)]; // [tokens, hidden]
  const layers = Array.from({ length: config.layers }, (_, index) => ({ index, names: layerNames(index), pass }));
  const [last] = layers.slice(-1);
  for (const layer of layers.slice(0, -1)) {
    const apply = (x: tf.Tensor) => afterAttention(x, attend(x, layer, places), layer);
    const before = states[layer.index];
    states.push(cache ? apply(before) : pass.checkpoint(apply, before, layer));
  }
  const before = states[last.index];
  const attended = attend(before, last, places);
  const finish = (x: tf.Tensor, attended: tf.Tensor, own: Pass) =>
    own.rmsNorm(afterAttention(x, attended, { ...last, pass: own }), finalNorm);
  const headPass = pass.at(headPositions(batch));
  const headStates = finish(embedding(before, batch.reads), embedding(attended, batch.reads), headPass); // [reads, hidden]
  return { states: [...states, finish(before, attended, pass)], headStates };
}

/** Where the tokens are, and what each of them may see. */
interface Places {
  /** [rows, 1, queries, keys] */
  readonly bias: tf.Tensor;
  readonly rotation: Rotation;
  readonly cache?: Cache;
}

function placesOf({ config, batch: { sequenceIds, positionIds } }: Pass): Places {
  const positions = tf.reshape(positionIds, sequenceIds.shape); // [rows, length]
  return {
    bias: sequenceBias(sequenceIds, sequenceIds, { queries: positions }),
    rotation: rotationAt(positionIds, config),
  };
}

/** One layer of a pass. */
interface Layer {
  /** Its place, from 0. */
  readonly index: number;
  readonly names: LayerNames;
  readonly pass: Pass;
}

// One pre-norm decoder layer: x ← x + attention(norm(x)); x ← x + feedForward(norm(x)).

/** Attention of the tokens to one another, and to those of the cache: [tokens, heads · headDim], heads side by side, not yet projected. */
function attend(x: tf.Tensor, { index, names, pass }: Layer, { bias, rotation, cache }: Places): tf.Tensor {
  const { config } = pass;
  const normal = pass.rmsNorm(x, names.attentionNorm);
  const query = rope(pass.linear(normal, names.query), rotation);
  const key = rope(pass.linear(normal, names.key), rotation);
  const value = pass.linear(normal, names.value);
  return attention({
    query,
    ...(cache ? cache.extend(index, { key, value }) : { key, value }),
    bias,
    heads: config.heads,
    keyValueHeads: config.decoder!.keyValueHeads,
    dropout: (probabilities) =>
      pass.dropout(probabilities, { rate: config.attentionDropout, site: { layer: index, part: 'attention' } }),
  });
}

/** The rest of the layer, which each token goes through by itself. @param x [tokens, hidden]; `attended` as `attend` gives it */
function afterAttention(x: tf.Tensor, attended: tf.Tensor, { names, pass }: Layer): tf.Tensor {
  const middle = tf.add(x, pass.linear(attended, names.attentionOutput)); // [tokens, hidden]
  const normal = pass.rmsNorm(middle, names.feedForwardNorm);
  const gate = silu(pass.linear(normal, names.gate)); // [tokens, intermediate]
  const inner = tf.mul(gate, pass.linear(normal, names.up));
  return tf.add(middle, pass.linear(inner, names.down));
}
