import { attention, embedding, geluTanh, rope, silu } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { HiddenAct } from '../checkpoint/model-config';
import type { EncoderStates } from '../encoder/family';
import { headPositions, type Pass } from '../pass';
import type { Cache } from './cache';
import { finalNorm, type LayerNames, type PreNormDecoder, words } from './layout';
import { type Places, packedTokens, placesOf } from './places';

const activations: Partial<Readonly<Record<HiddenAct, (x: tf.Tensor) => tf.Tensor>>> = {
  silu,
  gelu_pytorch_tanh: geluTanh,
};

/**
 * Hidden states of a packed batch. With a cache, those of new tokens: keys and values of earlier tokens come from the cache, which
 * stores the new ones. There is no dropout with a cache, because its batch has no seed.
 *
 * In the last layer, everything after attention is computed only for the tokens that the head reads.
 */
export function decoderStates(pass: Pass, decoder: PreNormDecoder, cache?: Cache): EncoderStates {
  const { config, batch } = pass;
  const places = placesOf(cache ? cache.tokens : packedTokens(pass), config);
  const inputIds = cache ? tf.reshape(batch.inputIds, [-1]) : batch.inputIds;
  const embedded = pass.embedding(inputIds, words);
  const states = [decoder.scalesEmbeddings ? tf.mul(embedded, Math.sqrt(config.hiddenSize)) : embedded]; // [tokens, hidden]
  const layers = places.map((places, index): Layer => {
    return { index, names: decoder.layerNames(index), normOffset: decoder.normOffset, places, cache, pass };
  });
  const [last] = layers.slice(-1);
  for (const layer of layers.slice(0, -1)) {
    const apply = (x: tf.Tensor) => afterAttention(x, attend(x, layer), layer);
    const before = states[layer.index];
    states.push(cache ? apply(before) : pass.checkpoint(apply, before, layer));
  }
  const before = states[last.index];
  const attended = attend(before, last);
  const finish = (x: tf.Tensor, attended: tf.Tensor, own: Pass) => {
    const layer = { ...last, pass: own };
    return norm(afterAttention(x, attended, layer), finalNorm, layer);
  };
  const headPass = pass.at(headPositions(batch));
  const headStates = finish(embedding(before, batch.reads), embedding(attended, batch.reads), headPass); // [reads, hidden]
  return { states: [...states, finish(before, attended, pass)], headStates };
}

/** One layer of a pass. */
interface Layer {
  /** Index of the layer, from 0. */
  readonly index: number;
  readonly names: LayerNames;
  /** The decoder's layout. */
  readonly normOffset?: number;
  readonly places: Places;
  readonly cache?: Cache;
  readonly pass: Pass;
}

// One pre-norm decoder layer: x ← x + attention(norm(x)); x ← x + feedForward(norm(x)). Some families also normalize both outputs.

/** Attention of the tokens to one another and to those of the cache: [tokens, heads · headDim], heads side by side, not yet projected. */
function attend(x: tf.Tensor, layer: Layer): tf.Tensor {
  const { index, names, pass, places, cache } = layer;
  const { config } = pass;
  const { keyValueHeads, headDim, queryScalar = headDim } = config.decoder!;
  const normal = norm(x, names.attentionNorm, layer);
  const query = rope(eachHead(pass.linear(normal, names.query), names.queryNorm, layer), places.rotation);
  const key = rope(eachHead(pass.linear(normal, names.key), names.keyNorm, layer), places.rotation);
  const value = pass.linear(normal, names.value);
  return attention({
    query,
    ...(cache ? cache.extend(index, { key, value }) : { key, value }),
    bias: places.bias,
    heads: config.heads,
    keyValueHeads,
    scale: 1 / Math.sqrt(queryScalar),
    dropout: (probabilities) =>
      pass.dropout(probabilities, { rate: config.attentionDropout, site: { layer: index, part: 'attention' } }),
  });
}

/** The rest of the layer, token by token. @param x [tokens, hidden]; `attended` is the result of `attend` */
function afterAttention(x: tf.Tensor, attended: tf.Tensor, layer: Layer): tf.Tensor {
  const { names, pass } = layer;
  const mixed = optionalNorm(pass.linear(attended, names.attentionOutput), names.attentionOutputNorm, layer);
  const middle = tf.add(x, mixed); // [tokens, hidden]
  const normal = norm(middle, names.feedForwardNorm, layer);
  const gate = activations[pass.config.hiddenAct]!(pass.linear(normal, names.gate)); // [tokens, intermediate]
  const inner = tf.mul(gate, pass.linear(normal, names.up));
  return tf.add(middle, optionalNorm(pass.linear(inner, names.down), names.feedForwardOutputNorm, layer));
}

const norm = (x: tf.Tensor, name: string, { pass, normOffset }: Layer): tf.Tensor =>
  pass.rmsNorm(x, name, { offset: normOffset });

const optionalNorm = (x: tf.Tensor, name: string | undefined, layer: Layer): tf.Tensor =>
  name === undefined ? x : norm(x, name, layer);

/** Normalizes each head separately, if the family does so. @param x [tokens, heads · headDim] */
function eachHead(x: tf.Tensor, name: string | undefined, layer: Layer): tf.Tensor {
  if (name === undefined) return x;
  const [tokens, width] = x.shape as [number, number];
  const { headDim } = layer.pass.config.decoder!;
  return tf.reshape(norm(tf.reshape(x, [tokens, width / headDim, headDim]), name, layer), [tokens, width]);
}
