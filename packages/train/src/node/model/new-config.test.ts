import { families } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { newModelConfig } from './new-config';

type Json = Readonly<Record<string, unknown>>;
const types = Object.keys(families);
/** As a message lists them. */
const orOf = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
const where = 'tiny.json';
const encoder = (given: Json) => newModelConfig(given, { task: 'sequence-classification', where });
const decoder = (given: Json) => newModelConfig(given, { task: 'causal-lm', where });

/** As they are on the hub. */
const bertBase = {
  architectures: ['BertForMaskedLM'],
  attention_probs_dropout_prob: 0.1,
  gradient_checkpointing: false,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 768,
  initializer_range: 0.02,
  intermediate_size: 3072,
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  model_type: 'bert',
  num_attention_heads: 12,
  num_hidden_layers: 12,
  pad_token_id: 0,
  position_embedding_type: 'absolute',
  transformers_version: '4.6.0.dev0',
  type_vocab_size: 2,
  use_cache: true,
  vocab_size: 30522,
};
const bertMultilingual = {
  ...bertBase,
  directionality: 'bidi',
  pooler_fc_size: 768,
  pooler_num_attention_heads: 12,
  pooler_num_fc_layers: 3,
  pooler_size_per_head: 128,
  pooler_type: 'first_token_transform',
  vocab_size: 105879,
};
const distilbertBase = {
  activation: 'gelu',
  architectures: ['DistilBertForMaskedLM'],
  attention_dropout: 0.1,
  dim: 768,
  dropout: 0.1,
  hidden_dim: 3072,
  initializer_range: 0.02,
  max_position_embeddings: 512,
  model_type: 'distilbert',
  n_heads: 12,
  n_layers: 6,
  pad_token_id: 0,
  qa_dropout: 0.1,
  seq_classif_dropout: 0.2,
  sinusoidal_pos_embds: false,
  tie_weights_: true,
  transformers_version: '4.10.0.dev0',
  vocab_size: 30522,
};
const distilbertSst2 = {
  ...distilbertBase,
  finetuning_task: 'sst-2',
  id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' },
  label2id: { NEGATIVE: 0, POSITIVE: 1 },
  output_past: true,
};
const llama32 = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 128000,
  eos_token_id: [128001, 128008, 128009],
  head_dim: 64,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 8192,
  max_position_embeddings: 131072,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 32,
  num_hidden_layers: 16,
  num_key_value_heads: 8,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    factor: 32.0,
    high_freq_factor: 4.0,
    low_freq_factor: 1.0,
    original_max_position_embeddings: 8192,
    rope_type: 'llama3',
  },
  rope_theta: 500000.0,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.45.0.dev0',
  use_cache: true,
  vocab_size: 128256,
};
const robertaBase = {
  architectures: ['RobertaForMaskedLM'],
  attention_probs_dropout_prob: 0.1,
  bos_token_id: 0,
  eos_token_id: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 768,
  initializer_range: 0.02,
  intermediate_size: 3072,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 514,
  model_type: 'roberta',
  num_attention_heads: 12,
  num_hidden_layers: 12,
  pad_token_id: 1,
  type_vocab_size: 1,
  vocab_size: 50265,
};
const xlmRobertaBase = {
  ...robertaBase,
  architectures: ['XLMRobertaForMaskedLM'],
  model_type: 'xlm-roberta',
  output_past: true,
  position_embedding_type: 'absolute',
  transformers_version: '4.17.0.dev0',
  use_cache: true,
  vocab_size: 250002,
};
const electraSmall = {
  architectures: ['ElectraForPreTraining'],
  attention_probs_dropout_prob: 0.1,
  embedding_size: 128,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 256,
  initializer_range: 0.02,
  intermediate_size: 1024,
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  model_type: 'electra',
  num_attention_heads: 4,
  num_hidden_layers: 12,
  pad_token_id: 0,
  position_embedding_type: 'absolute',
  summary_activation: 'gelu',
  summary_last_dropout: 0.1,
  summary_type: 'first',
  summary_use_proj: true,
  transformers_version: '4.11.0.dev0',
  type_vocab_size: 2,
  vocab_size: 30522,
};
const smolLm2 = {
  ...llama32,
  _attn_implementation_autoset: false,
  head_dim: null,
  is_llama_config: true,
  rope_interleaved: false,
  rope_scaling: null,
  'transformers.js_config': { kv_cache_dtype: { q4f16: 'float16', fp16: 'float16' } },
};

describe("a new model's config.json", () => {
  it('may be one of the hub, as it is', () => {
    const base = { hiddenSize: 768, heads: 12, intermediateSize: 3072, maxPositions: 512, initializerRange: 0.02 };
    expect(encoder(bertBase)).toMatchObject({ ...base, modelType: 'bert', layers: 12, typeVocabSize: 2 });
    expect(encoder(bertMultilingual)).toMatchObject({ ...base, vocabSize: 105879 });
    expect(encoder(distilbertBase)).toMatchObject({ ...base, modelType: 'distilbert', layers: 6 });
    expect(encoder(distilbertSst2)).toMatchObject({ ...base, layers: 6 });
    const roberta = { ...base, modelType: 'roberta', layers: 12, typeVocabSize: 1, layerNormEps: 1e-5 };
    expect(encoder(robertaBase)).toMatchObject(roberta);
    expect(encoder(xlmRobertaBase)).toMatchObject({ ...roberta, modelType: 'xlm-roberta', vocabSize: 250_002 });
    expect(encoder({ ...xlmRobertaBase, model_type: 'camembert' })).toMatchObject({ modelType: 'camembert' });
    const electra = { modelType: 'electra', layers: 12, hiddenSize: 256, embeddingSize: 128, heads: 4 };
    expect(encoder(electraSmall)).toMatchObject(electra);
    expect(decoder(llama32)).toMatchObject({
      ...{ modelType: 'llama', layers: 16, hiddenSize: 2048, maxPositions: 131072 },
      decoder: { keyValueHeads: 8, headDim: 64, tied: true, rope: { type: 'llama3', theta: 500_000 } },
    });
    expect(decoder(smolLm2)).toMatchObject({ decoder: { headDim: 64, rope: { type: 'default' } } });
  });

  it("has transformers' default for what a whole file does not say", () => {
    const sizes = { hidden_size: 96, num_hidden_layers: 2, num_attention_heads: 3, intermediate_size: 64 };
    const config = decoder({ model_type: 'llama', ...sizes });
    expect(config).toMatchObject({ initializerRange: 0.02, vocabSize: 32_000 });
    expect(config.decoder).toMatchObject({ keyValueHeads: 3, tied: false });
  });

  it('changes the small model of its own family otherwise, under its own names', () => {
    const bert = encoder({ model_type: 'bert', num_hidden_layers: 1 });
    expect(bert).toMatchObject({
      layers: 1,
      hiddenSize: 256,
      heads: 4,
      intermediateSize: 1024,
      initializerRange: 0.0625,
    });
    for (const name of ['dim', 'n_layers', 'n_heads', 'hidden_dim']) expect(bert.original).not.toHaveProperty(name);
    expect(encoder({ dim: 64 })).toMatchObject({ modelType: 'distilbert', layers: 4, hiddenSize: 64 });
    expect(encoder({ model_type: 'distilbert', hidden_size: 64 })).toMatchObject({ layers: 4, hiddenSize: 64 });
    const sizes = { layers: 4, hiddenSize: 256, heads: 4, intermediateSize: 1024, vocabSize: 8000 };
    expect(encoder({ model_type: 'mpnet' })).toMatchObject({ ...sizes, maxPositions: 512, padTokenId: 1 });
    for (const model_type of ['roberta', 'xlm-roberta', 'camembert'])
      expect(encoder({ model_type })).toMatchObject({ ...sizes, maxPositions: 512, typeVocabSize: 1 });
    expect(encoder({ model_type: 'electra' })).toMatchObject({ ...sizes, embeddingSize: 128, typeVocabSize: 2 });
    expect(decoder({ num_attention_heads: 8 }).decoder).toMatchObject({ keyValueHeads: 2, headDim: 32 });
    expect(decoder({ num_attention_heads: 1 }).decoder).toMatchObject({ keyValueHeads: 1 });
  });

  it('takes labels and tokens from the data and the new vocabulary, whatever the file says of them', () => {
    const odd = {
      id2label: { 1: 'neg', 2: 'pos' },
      problem_type: 'ranking',
      pad_token_id: 30000,
      _name_or_path: '/home/a',
    };
    const config = encoder({ ...distilbertBase, ...odd });
    expect(config).toMatchObject({ padTokenId: 0, labels: ['LABEL_0', 'LABEL_1'] });
    for (const name of Object.keys(odd)) expect(config.original).not.toHaveProperty(name);
    expect(decoder(llama32).original).toMatchObject({ bos_token_id: 0, eos_token_id: 1 });
  });

  it('names what has no effect in a whole file', () => {
    const notes: string[] = [];
    newModelConfig({ ...bertBase, gap_size: 0 }, { task: 'masked-lm', where, onNote: (note) => notes.push(note) });
    expect(notes).toEqual(['tiny.json: without effect: gap_size']);
    for (const whole of [robertaBase, xlmRobertaBase, electraSmall])
      newModelConfig(whole, { task: 'masked-lm', where, onNote: (note) => notes.push(note) });
    expect(notes).toHaveLength(1);
  });

  it.each<[string, Json, string]>([
    [
      "BERT's names",
      { hidden_size: 32 },
      `hidden_size: expected a key of a distilbert, got one of a ${orOf(types.filter((type) => type !== 'distilbert'))}; did you mean "dim"? For another family add its name, such as "model_type": "bert"`,
    ],
    ["BERT's activation", { hidden_act: 'gelu' }, 'did you mean "activation"?'],
    [
      "a DistilBERT's names",
      { model_type: 'bert', n_layers: 1 },
      'n_layers: expected a key of a bert, got one of a distilbert; did you mean "num_hidden_layers"?',
    ],
    [
      "a Llama's",
      { model_type: 'bert', num_key_value_heads: 1 },
      `got one of a ${orOf(types.filter((type) => families[type as keyof typeof families].format.decoder))}; remove it. For another family add its name, such as "model_type": "llama"`,
    ],
    ["GPT-2's", { n_embd: 32 }, 'n_embd: expected a key of a distilbert, got another family\'s; did you mean "dim"?'],
    [
      'a misspelled key',
      { n_layer5: 1 },
      'n_layer5: expected a key of a distilbert, got this one; did you mean "n_layers"?',
    ],
    ['camel case', { model_type: 'bert', hiddenSize: 32 }, 'did you mean "hidden_size"?'],
    ['an unknown key', { model_type: 'bert', mixture: 2 }, 'mixture: expected a key of a bert (vocab_size, '],
    ['__proto__', JSON.parse('{"__proto__": {"dim": 2}}'), '__proto__: expected'],
    [
      'another family',
      { model_type: 'xlm-roberta-xl' },
      `model_type: expected ${types.join(', ')}, got "xlm-roberta-xl"`,
    ],
    ['no name of a family', { model_type: 7 }, `model_type: expected ${types.join(', ')}, got number`],
    [
      "an ELECTRA's embeddings",
      { model_type: 'bert', embedding_size: 16 },
      'embedding_size: expected a key of a bert, got one of an electra; did you mean "hidden_size"? For that family add "model_type": "electra"',
    ],
    [
      'a key that an ELECTRA lacks',
      { model_type: 'electra', n_layers: 1 },
      'expected a key of an electra, got one of a',
    ],
    ['a family misspelled', { model_type: 'distil-bert' }, 'did you mean "distilbert"?'],
    [
      'relative positions',
      { model_type: 'bert', position_embedding_type: 'relative_key' },
      'position_embedding_type expected "absolute"',
    ],
    ['an activation', { activation: 'relu' }, 'activation expected "gelu", got "relu"'],
    ['positions of sines', { sinusoidal_pos_embds: true }, 'sinusoidal_pos_embds: expected false'],
    ['a tie that is no switch', { tie_word_embeddings: 'yes' }, 'tie_word_embeddings: expected true or false'],
    ['codes', { ...bertBase, quantization_config: { bits: 4 } }, 'quantization_config: expected nothing'],
    ['a number in quotes', { n_layers: '2' }, 'n_layers expected an integer from 1 to 1024, got "2"'],
    ['a negative number', { dim: -32 }, 'dim expected an integer from 1 to'],
    ['many layers', { n_layers: 1e9 }, 'n_layers expected an integer from 1 to 1024, got 1000000000'],
    [
      'heads that do not divide',
      { dim: 30 },
      'n_heads: expected heads that divide the hidden size, got 4 heads for 30 (dim)',
    ],
    ['more than memory holds', { dim: 2 ** 20, n_layers: 1024 }, "expected a model that fits into this machine's"],
  ])('is refused for %s', (_, given, message) => {
    const attempt = () => encoder(given);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(
      expect.objectContaining({ name: 'AttuneError', message: expect.stringMatching(/^tiny\.json: /) }),
    );
  });

  it('is refused for a task that its family has no head for', () => {
    const encoders = orOf(types.filter((type) => !families[type as keyof typeof families].format.decoder));
    expect(() => newModelConfig({ model_type: 'llama' }, { task: 'token-classification', where })).toThrow(
      expect.objectContaining({
        name: 'AttuneError',
        message: expect.stringContaining(`model_type: for token-classification expected ${encoders}, got llama`),
      }),
    );
  });
});
