import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelConfigToJson, parseModelConfig } from '../config';
import { modelForTask } from '../model';

const parse = (json: object) => parseModelConfig({ model_type: 'llama', ...json }, 'config.json');

/** What is written, as a reader sees it. */
const written = (json: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(modelConfigToJson(parse(json), 'causal-lm')));

const llama3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};
const scaled = {
  type: 'llama3',
  theta: 500_000,
  factor: 8,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalMaxPositions: 8192,
};

describe("a Llama's config.json", () => {
  it("has transformers' defaults for what is absent", () => {
    const { original: _, ...values } = parse({});
    expect(values).toEqual({
      modelType: 'llama',
      vocabSize: 32_000,
      hiddenSize: 4096,
      embeddingSize: 4096,
      layers: 32,
      heads: 32,
      intermediateSize: 11_008,
      maxPositions: 2048,
      typeVocabSize: 0,
      layerNormEps: 1e-6,
      hiddenAct: 'silu',
      hiddenDropout: 0,
      attentionDropout: 0,
      classifierDropout: 0,
      initializerRange: 0.02,
      padTokenId: 0,
      labels: ['LABEL_0', 'LABEL_1'],
      decoder: { keyValueHeads: 32, headDim: 128, rope: { type: 'default', theta: 10_000 }, tied: false },
    });
  });

  it.each([
    ['version 4', { rope_theta: 500_000, rope_scaling: llama3 }, scaled],
    ['version 5', { rope_parameters: { rope_theta: 500_000, ...llama3 } }, scaled],
    [
      'version 5, with the original length of the model',
      {
        original_max_position_embeddings: llama3.original_max_position_embeddings,
        rope_parameters: { rope_theta: 500_000, ...llama3, original_max_position_embeddings: 12 },
      },
      scaled,
    ],
    ['version 4, not scaled', { rope_theta: 20_000, rope_scaling: null }, { type: 'default', theta: 20_000 }],
    [
      "an older version's name for the type",
      { rope_scaling: { type: 'linear', factor: 2 } },
      { type: 'linear', theta: 10_000, factor: 2 },
    ],
    [
      'version 5 with both',
      {
        rope_scaling: { rope_type: 'linear', factor: 2, rope_theta: 300 },
        rope_parameters: { rope_type: 'default', rope_theta: 7 },
      },
      { type: 'linear', theta: 300, factor: 2 },
    ],
  ])('has the rotation of %s', (_, json, rope) => {
    expect(parse(json).decoder!.rope).toEqual(rope);
    expect(parse(written(json)).decoder!.rope).toEqual(rope);
  });

  it('is written for both versions', () => {
    expect(
      written({ rope_scaling: llama3, rope_theta: 500_000, num_key_value_heads: 8, eos_token_id: [7, 9] }),
    ).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      rope_theta: 500_000,
      rope_scaling: llama3,
      rope_parameters: { rope_theta: 500_000, ...llama3 },
      num_key_value_heads: 8,
      head_dim: 128,
      hidden_act: 'silu',
      rms_norm_eps: 1e-6,
      tie_word_embeddings: false,
      pad_token_id: null,
      eos_token_id: [7, 9],
    });
    expect(written({})).toMatchObject({
      rope_scaling: null,
      rope_parameters: { rope_theta: 10_000, rope_type: 'default' },
    });
    expect(written({ pad_token_id: 5, tie_word_embeddings: true })).toMatchObject({
      pad_token_id: 5,
      tie_word_embeddings: true,
    });
    expect(parse({ pad_token_id: -1 }).padTokenId).toBe(0);
    expect(written({ pad_token_id: -1 })).toMatchObject({ pad_token_id: -1 });
    expect(written({})).not.toHaveProperty('id2label');
  });

  it.each([
    [
      { rope_scaling: { rope_type: 'longrope', factor: 4 } },
      'CHECKPOINT_UNSUPPORTED',
      'rope_scaling: rope_type expected default, linear, llama3, yarn, dynamic, got "longrope"',
    ],
    [
      { rope_parameters: { rope_type: 'mine' } },
      'CHECKPOINT_UNSUPPORTED',
      'rope_parameters: rope_type expected default, linear, llama3, yarn, dynamic, got "mine"',
    ],
    [
      { rope_scaling: { rope_type: 3 } },
      'CHECKPOINT_CONFIG',
      'rope_type expected default, linear, llama3, yarn, dynamic, got 3',
    ],
    [{ rope_scaling: 'linear' }, 'CHECKPOINT_CONFIG', 'rope_scaling expected an object, got "linear"'],
    [{ rope_scaling: { type: 'linear' } }, 'CHECKPOINT_CONFIG', 'factor expected a number ≥ 1, got nothing'],
    [{ rope_scaling: { type: 'linear', factor: 0.5 } }, 'CHECKPOINT_CONFIG', 'factor expected a number ≥ 1, got 0.5'],
    [
      { rope_scaling: { ...llama3, low_freq_factor: 4 } },
      'CHECKPOINT_CONFIG',
      'low_freq_factor expected a number below high_freq_factor 4, got 4',
    ],
    [{ rope_theta: 0 }, 'CHECKPOINT_CONFIG', 'rope_theta expected a number above 0, got 0'],
    [
      { rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } },
      'CHECKPOINT_UNSUPPORTED',
      'partial_rotary_factor expected 1, got 0.5',
    ],
    [{ hidden_act: 'gelu' }, 'CHECKPOINT_UNSUPPORTED', 'hidden_act expected "silu", got "gelu"'],
    [{ attention_bias: true }, 'CHECKPOINT_UNSUPPORTED', 'attention_bias expected false, got true'],
    [{ mlp_bias: true }, 'CHECKPOINT_UNSUPPORTED', 'mlp_bias expected false, got true'],
    [{ num_key_value_heads: 5 }, 'CHECKPOINT_CONFIG', 'num_key_value_heads expected a divisor of 32 heads, got 5'],
    [{ head_dim: 7 }, 'CHECKPOINT_CONFIG', 'head_dim expected an even integer'],
    [
      { hidden_size: 96 },
      'CHECKPOINT_CONFIG',
      'hidden_size / num_attention_heads expected an even integer from 2 to 65536, got 3',
    ],
    [{ tie_word_embeddings: 'yes' }, 'CHECKPOINT_CONFIG', 'tie_word_embeddings expected true or false, got "yes"'],
  ])('is refused for %j', (json, code, message) => {
    const error = expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) });
    expect(() => parse(json)).toThrow(error);
    expect(() => parse(json)).toThrow(/^config\.json: .*; /);
  });

  it('is a configuration or an AttuneError, whatever it holds', () => {
    const keys = [
      'rope_theta',
      'rope_scaling',
      'rope_parameters',
      'head_dim',
      'num_key_value_heads',
      'tie_word_embeddings',
    ];
    const scaling = fc.dictionary(fc.constantFrom(...Object.keys(llama3)), fc.jsonValue());
    const value = fc.oneof(
      fc.jsonValue(),
      scaling.map((more) => ({ ...llama3, ...more })),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), (json) => {
        try {
          expect(parse(json).decoder!.rope.theta).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AttuneError' });
        }
      }),
    );
  });
});

const own = (model_type: string, json: object) => parseModelConfig({ model_type, ...json }, 'config.json').decoder!;
const sizes = { hidden_size: 32, num_attention_heads: 4, num_hidden_layers: 4, num_key_value_heads: 2 };

describe("the config.json of Llama's kin", () => {
  it('has the windows that transformers gives its layers', () => {
    const [far, near] = [false, true];
    const layersOf = (model_type: string, json: object) => own(model_type, { ...sizes, ...json }).window;
    expect(layersOf('mistral', { sliding_window: 6 })).toEqual({ size: 6, layers: [near, near, near, near] });
    expect(layersOf('mistral', {})).toEqual({ size: 4096, layers: [near, near, near, near] });
    expect(layersOf('mistral', { sliding_window: null })).toBeUndefined();
    const alternating = ['full_attention', 'sliding_attention', 'full_attention', 'full_attention'];
    expect(layersOf('mistral', { sliding_window: 6, layer_types: alternating })?.layers).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(layersOf('qwen2', { sliding_window: 6, max_window_layers: 3 })).toBeUndefined();
    const uses = { use_sliding_window: true, sliding_window: 6 };
    expect(layersOf('qwen2', { ...uses, max_window_layers: 3 })).toEqual({ size: 6, layers: [far, far, far, near] });
    const types = ['sliding_attention', 'full_attention', 'full_attention', 'full_attention'];
    expect(layersOf('qwen3', { ...uses, layer_types: types })).toEqual({ size: 6, layers: [near, far, far, far] });
    expect(layersOf('gemma3_text', { sliding_window: 6, sliding_window_pattern: 2 })).toEqual({
      size: 6,
      layers: [near, far, near, far],
    });
    expect(layersOf('gemma3_text', { layer_types: types })).toEqual({ size: 4096, layers: [near, far, far, far] });
    const layers = own('gemma3_text', { ...sizes, num_hidden_layers: 12 }).window!.layers;
    expect(layers.map((isNear, i) => (isNear ? -1 : i)).filter((i) => i >= 0)).toEqual([5, 11]);
  });

  it.each([
    ['version 4', { rope_theta: 5e5, rope_local_base_freq: 2e4, rope_scaling: { rope_type: 'linear', factor: 8 } }],
    [
      'version 5',
      {
        rope_parameters: {
          full_attention: { rope_type: 'linear', factor: 8, rope_theta: 5e5 },
          sliding_attention: { rope_type: 'default', rope_theta: 2e4 },
        },
      },
    ],
  ])('has two rotations of a Gemma 3, from a file of %s', (_, json) => {
    const rotations = {
      rope: { type: 'linear', theta: 5e5, factor: 8 },
      localRope: { type: 'default', theta: 2e4 },
    };
    expect(own('gemma3_text', { ...sizes, ...json })).toMatchObject(rotations);
    const config = parseModelConfig({ model_type: 'gemma3_text', ...sizes, ...json }, 'config.json');
    const file = JSON.parse(JSON.stringify(modelConfigToJson(config, 'causal-lm')));
    expect(file).toMatchObject({ rope_theta: 5e5, rope_local_base_freq: 2e4, hidden_activation: 'gelu_pytorch_tanh' });
    const { rope_theta, rope_local_base_freq, rope_scaling, rope_parameters, ...rest } = file;
    expect(own('gemma3_text', { ...rest, rope_theta, rope_local_base_freq, rope_scaling })).toMatchObject(rotations);
    expect(own('gemma3_text', { ...rest, rope_parameters })).toMatchObject(rotations);
  });

  it("has transformers' defaults of each", () => {
    expect(own('qwen2', {})).toMatchObject({ keyValueHeads: 32, headDim: 128, tied: false });
    expect(own('qwen3', { ...sizes, num_key_value_heads: null })).toMatchObject({ keyValueHeads: 4, headDim: 128 });
    expect(own('mistral', {})).toMatchObject({ keyValueHeads: 8, headDim: 128, tied: false });
    expect(own('gemma3_text', {})).toMatchObject({
      ...{ keyValueHeads: 4, headDim: 256, tied: true, queryScalar: 256 },
      rope: { type: 'default', theta: 1_000_000 },
      localRope: { type: 'default', theta: 10_000 },
    });
  });

  it.each([
    ['gemma3_text', { final_logit_softcapping: 30 }, 'final_logit_softcapping expected null, got 30'],
    ['gemma3_text', { attn_logit_softcapping: 50 }, 'attn_logit_softcapping expected null, got 50'],
    ['gemma3_text', { use_bidirectional_attention: true }, 'use_bidirectional_attention expected false, got true'],
    ['gemma3_text', { hidden_activation: 'silu' }, 'hidden_activation expected "gelu_pytorch_tanh", got "silu"'],
    ['gemma3_text', { sliding_window: null }, 'sliding_window expected a number of tokens, got null'],
    ['gemma3_text', { rope_parameters: 3 }, 'rope_parameters expected an object, got 3'],
    ['gemma3_text', { rope_parameters: { full_attention: 3 } }, 'full_attention expected an object, got 3'],
    [
      'gemma3_text',
      { rope_parameters: { sliding_attention: { rope_type: 'longrope' } } },
      'rope_parameters: sliding_attention: rope_type expected default, linear, llama3, yarn, dynamic, got "longrope"',
    ],
    ['qwen3', { attention_bias: true }, 'attention_bias expected false, got true'],
    ['qwen2', { use_sliding_window: 1 }, 'use_sliding_window expected true or false, got 1'],
    ['qwen2', { ...sizes, layer_types: ['full_attention'] }, 'layer_types expected a type for each of 4 layers, got 1'],
    [
      'qwen2',
      { ...sizes, num_hidden_layers: 1, layer_types: ['chunked_attention'] },
      'layer_types expected full_attention or sliding_attention, got "chunked_attention"',
    ],
    [
      'qwen2',
      { ...sizes, num_hidden_layers: 1, layer_types: ['sliding_attention'] },
      'layer_types expected full_attention alone without a window, got "sliding_attention"',
    ],
    ['mistral', { sliding_window: 0 }, 'sliding_window expected an integer from 1 to'],
    ['mistral', { rope_scaling: { rope_type: 'yarn', factor: 0.5 } }, 'factor expected a number ≥ 1, got 0.5'],
    ['mistral', { rope_scaling: { rope_type: 'yarn', truncate: 'no' } }, 'truncate expected true or false, got "no"'],
    ['phi3', {}, 'model_type expected bert, '],
  ])('of a %s is refused for %j', (type, json, message) => {
    expect(() => own(type, json)).toThrow(
      expect.objectContaining({ name: 'AttuneError', message: expect.stringContaining(message) }),
    );
  });
});

it.each([
  ['llama', 'masked-lm', 'task: expected a task of llama (sequence-classification, causal-lm), got masked-lm'],
  [
    'bert',
    'causal-lm',
    'task: expected a task of bert (sequence-classification, token-classification, masked-lm), got causal-lm',
  ],
] as const)('a %s has no head for %s, and says so', (model_type, task, message) => {
  const error = expect.objectContaining({
    name: 'AttuneError',
    code: 'MODEL_TASK',
    message: expect.stringContaining(message),
  });
  expect(() => modelForTask(parse({ model_type }), task)).toThrow(error);
});
