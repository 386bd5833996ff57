import {
  type ConfigFormat,
  commonFields,
  count,
  integer,
  invalid,
  type Kind,
  type NumberKey,
  positive,
  rate,
  readNumber,
  size,
} from '../checkpoint/config-format';
import { describe, type JsonObject } from '../checkpoint/describe';
import type { DecoderConfig, ModelConfig } from '../checkpoint/model-config';
import { readRope, ropeNames, ropeToJson } from './rope';

/** Rotation turns channels in pairs. */
const even: Kind = {
  expected: 'an even integer from 2 to 65536',
  accepts: (value) => value % 2 === 0 && value >= 2 && value <= 65_536,
};

/** Old files say −1 where there is no token for padding. */
const idOrNone = integer(-1, 2 ** 24);

/** @see transformers' LlamaConfig */
export const llamaFormat: ConfigFormat = {
  modelType: 'llama',
  activation: 'hidden_act',
  hiddenAct: 'silu',
  classes: { 'causal-lm': 'LlamaForCausalLM', custom: 'LlamaModel' },
  fields: {
    ...commonFields,
    vocabSize: { name: 'vocab_size', absent: 32_000, kind: size },
    maxPositions: { name: 'max_position_embeddings', absent: 2048, kind: size },
    padTokenId: { ...commonFields.padTokenId, kind: idOrNone },
    hiddenSize: { name: 'hidden_size', absent: 4096, kind: size },
    layers: { name: 'num_hidden_layers', absent: 32, kind: count },
    heads: { name: 'num_attention_heads', absent: 32, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: 11_008, kind: size },
    typeVocabSize: 0,
    layerNormEps: { name: 'rms_norm_eps', absent: 1e-6, kind: positive },
    hiddenDropout: 0,
    attentionDropout: { name: 'attention_dropout', absent: 0, kind: rate },
    classifierDropout: 0,
  },
  only: { attention_bias: false, mlp_bias: false },
  idle: ['is_llama_config', 'max_sequence_length', 'pretraining_tp'],
  decoder: {
    names: ['num_key_value_heads', 'head_dim', ...ropeNames, 'tie_word_embeddings'],
    read: readDecoder,
    write: decoderToJson,
  },
};

function readDecoder(json: JsonObject, numbers: Readonly<Record<NumberKey, number>>, where: string): DecoderConfig {
  const { heads, hiddenSize } = numbers;
  const read = (name: string, absent: number, kind: Kind) =>
    readNumber<never>(json, { field: { name, absent, kind, nullable: true }, before: {}, where });
  const keyValueHeads = read('num_key_value_heads', heads, count);
  if (heads % keyValueHeads !== 0)
    throw invalid(where, `num_key_value_heads expected a divisor of ${heads} heads, got ${keyValueHeads}`);
  const headDim = read('head_dim', hiddenSize / heads, even);
  if (!even.accepts(headDim))
    throw invalid(where, `hidden_size / num_attention_heads expected ${even.expected}, got ${headDim}`);
  return { keyValueHeads, headDim, rope: readRope(json, where), tied: readTied(json, where) };
}

/** Not tied unless the file says so, other than in transformers' encoders. */
function readTied({ tie_word_embeddings: value = false }: JsonObject, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(where, `tie_word_embeddings expected true or false, got ${describe(value)}`);
}

function decoderToJson({ decoder, padTokenId, original }: ModelConfig): JsonObject {
  const { keyValueHeads, headDim, rope, tied } = decoder!;
  return {
    num_key_value_heads: keyValueHeads,
    head_dim: headDim,
    ...ropeToJson(rope),
    tie_word_embeddings: tied,
    // Most Llamas have no token for padding; a named one has no gradient in transformers.
    pad_token_id: padTokenId === 0 ? (original.pad_token_id ?? null) : padTokenId,
  };
}
