import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyGoldens, goldens, hasGoldens } from '../test/goldens';
import type { ModelConfig } from './checkpoint/model-config';
import { modelConfigToJson, parseModelConfig } from './config';
import { encoders, families } from './families';

const parse = (json: unknown) => parseModelConfig(json, 'config.json');

const types = Object.keys(families);
/** As a message lists them. */
const listed = `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;

/** A file, and the code and a part of the message with which it is refused. */
type Refused = readonly [json: unknown, code: string, message: string];

/** The numbers of a configuration, without the file it came from. */
function valuesOf({ original: _, ...values }: ModelConfig) {
  return values;
}

describe('parseModelConfig', () => {
  it("takes transformers' defaults for what is absent", () => {
    expect(valuesOf(parse({ model_type: 'bert' }))).toEqual({
      modelType: 'bert',
      vocabSize: 30522,
      hiddenSize: 768,
      embeddingSize: 768,
      layers: 12,
      heads: 12,
      intermediateSize: 3072,
      maxPositions: 512,
      typeVocabSize: 2,
      layerNormEps: 1e-12,
      hiddenAct: 'gelu',
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      classifierDropout: 0.1,
      initializerRange: 0.02,
      padTokenId: 0,
      labels: ['LABEL_0', 'LABEL_1'],
    });
    const distilbert = { layers: 6, typeVocabSize: 0, classifierDropout: 0.2, layerNormEps: 1e-12 };
    expect(parse({ model_type: 'distilbert' })).toMatchObject(distilbert);
  });

  it("reads each family's own names", () => {
    const distilbert = { dim: 32, n_layers: 2, n_heads: 4, hidden_dim: 64, dropout: 0.3, attention_dropout: 0.4 };
    expect(parse({ model_type: 'distilbert', ...distilbert, seq_classif_dropout: 0.5 })).toMatchObject({
      hiddenSize: 32,
      layers: 2,
      heads: 4,
      intermediateSize: 64,
      hiddenDropout: 0.3,
      attentionDropout: 0.4,
      classifierDropout: 0.5,
    });
    expect(parse({ model_type: 'distilbert', hidden_size: 24, num_hidden_layers: 3 })).toMatchObject({
      hiddenSize: 24,
      layers: 3,
    });
  });

  it.each([
    ['BertForPreTraining', 'bert'],
    ['DistilBertModel', 'distilbert'],
    ['ElectraForPreTraining', 'electra'],
    ['XLMRobertaForMaskedLM', 'xlm-roberta'],
    ['Gemma3ForCausalLM', 'gemma3_text'],
    ['Qwen2ForCausalLM', 'qwen2'],
  ])('knows the family of a file without model_type by its class: %s', (name, modelType) => {
    const read = parse({ architectures: [name], vocab_size: 90 });
    expect(read.modelType).toBe(modelType);
    const task = name.endsWith('CausalLM') ? 'causal-lm' : 'masked-lm';
    expect(modelConfigToJson(read, task).model_type).toBe(modelType);
  });

  it('asks for the model_type where no class says it either', () => {
    for (const architectures of [undefined, null, [], ['BertlikeModel'], ['AlbertForMaskedLM']])
      expect(() => parse({ architectures })).toThrow(
        /^config\.json: model_type expected bert, .*, got nothing; add the right one to the file, such as "model_type": "bert"/,
      );
  });

  it('takes no padding id and lists of end tokens as they are, but for positions that follow the padding id', () => {
    const odd = { pad_token_id: null, bos_token_id: null, eos_token_id: [2, 13] };
    for (const model_type of ['bert', 'distilbert', 'electra', 'llama']) {
      const read = parse({ model_type, ...odd });
      expect(read.padTokenId).toBe(0);
      const task = model_type === 'llama' ? 'causal-lm' : 'masked-lm';
      expect(modelConfigToJson(read, task)).toMatchObject({ bos_token_id: null, eos_token_id: [2, 13] });
    }
    expect(parse({ model_type: 'mpnet', ...odd }).padTokenId).toBe(1); // its own, whatever the file says
    expect(() => parse({ model_type: 'xlm-roberta', ...odd })).toThrow(
      "config.json: pad_token_id expected an integer, the id of the tokenizer's padding token, after which positions start (1 in the published models), got null; correct it",
    );
  });

  it('counts the positions that tokens have: those behind the padding id', () => {
    const roberta = { model_type: 'roberta', max_position_embeddings: 514, vocab_size: 90 };
    expect(parse(roberta)).toMatchObject({ maxPositions: 512, padTokenId: 1, typeVocabSize: 2 });
    const elsewhere = parse({ ...roberta, pad_token_id: 4, type_vocab_size: 1 });
    expect(elsewhere).toMatchObject({ maxPositions: 509, padTokenId: 4, typeVocabSize: 1 });
    const written = { max_position_embeddings: 514, pad_token_id: 4 };
    expect(modelConfigToJson(elsewhere)).toMatchObject(written);
    expect(encoders.roberta.specs(elsewhere)['roberta.embeddings.position_embeddings.weight'].shape).toEqual([
      514, 768,
    ]);
  });

  it("has an ELECTRA's own width of embeddings, and every other family's is the model's", () => {
    const electra = parse({ model_type: 'electra' });
    expect(electra).toMatchObject({ embeddingSize: 128, hiddenSize: 256, heads: 4, intermediateSize: 1024 });
    expect(modelConfigToJson(electra)).toMatchObject({ embedding_size: 128, hidden_size: 256 });
    expect(parse({ model_type: 'xlm-roberta', hidden_size: 24 })).toMatchObject({
      embeddingSize: 24,
      vocabSize: 30_522,
    });
    expect(modelConfigToJson(parse({ model_type: 'bert' }))).not.toHaveProperty('embedding_size');
  });

  it("gives BERT's classifier the hidden dropout unless it has its own", () => {
    const json = { model_type: 'bert', hidden_dropout_prob: 0.3 };
    expect(parse({ ...json, classifier_dropout: null }).classifierDropout).toBe(0.3);
    expect(parse({ ...json, classifier_dropout: 0 }).classifierDropout).toBe(0);
  });

  it('orders labels by id and counts them without names', () => {
    const id2label = Object.fromEntries(Array.from({ length: 11 }, (_, id) => [10 - id, `name ${10 - id}`]));
    expect(parse({ model_type: 'bert', id2label }).labels[10]).toBe('name 10');
    expect(parse({ model_type: 'bert', num_labels: 3 }).labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
  });

  it.each<Refused>([
    [
      { model_type: 'xlm-roberta-xl' },
      'CHECKPOINT_UNSUPPORTED',
      `model_type expected ${listed}, got "xlm-roberta-xl"; choose a checkpoint of one of these families`,
    ],
    ...['albert', 'deberta-v2', 'modernbert', 'roberta-prelayernorm', 'longformer'].map(
      (model_type): Refused => [
        { model_type },
        'CHECKPOINT_UNSUPPORTED',
        `model_type expected ${listed}, got "${model_type}"`,
      ],
    ),
    ...['roberta', 'xlm-roberta', 'camembert', 'electra', 'mpnet'].flatMap((model_type): Refused[] => [
      [{ model_type, hidden_act: 'gelu_new' }, 'CHECKPOINT_UNSUPPORTED', 'hidden_act expected "gelu", got "gelu_new"'],
      [
        { model_type, position_embedding_type: 'relative_key_query' },
        'CHECKPOINT_UNSUPPORTED',
        'got "relative_key_query"',
      ],
      [{ model_type, is_decoder: true }, 'CHECKPOINT_UNSUPPORTED', 'is_decoder expected false, got true'],
      [
        { model_type, add_cross_attention: true },
        'CHECKPOINT_UNSUPPORTED',
        'add_cross_attention expected false, got true',
      ],
    ]),
    [
      { model_type: 'roberta', max_position_embeddings: 2 },
      'CHECKPOINT_CONFIG',
      'max_position_embeddings expected an integer above 2, because positions start behind pad_token_id 1, got 2',
    ],
    [{ model_type: 'roberta', pad_token_id: null }, 'CHECKPOINT_CONFIG', 'pad_token_id expected an integer'],
    [
      { model_type: 'mpnet', pad_token_id: 0 },
      'CHECKPOINT_CONFIG',
      'pad_token_id expected 1, the only one that MPNet supports, got 0',
    ],
    [
      { model_type: 'mpnet', relative_attention_num_buckets: 64 },
      'CHECKPOINT_UNSUPPORTED',
      'relative_attention_num_buckets expected 32, got 64',
    ],
    [{ model_type: 'electra', embedding_size: 0 }, 'CHECKPOINT_CONFIG', 'embedding_size expected an integer from 1'],
    [
      { model_type: 'bert', hidden_act: 'gelu_new' },
      'CHECKPOINT_UNSUPPORTED',
      'hidden_act expected "gelu", got "gelu_new"',
    ],
    [
      { model_type: 'distilbert', activation: 'relu' },
      'CHECKPOINT_UNSUPPORTED',
      'activation expected "gelu", got "relu"',
    ],
    [{ model_type: 'bert', position_embedding_type: 'relative_key' }, 'CHECKPOINT_UNSUPPORTED', 'got "relative_key"'],
    [{ model_type: 'bert', is_decoder: true }, 'CHECKPOINT_UNSUPPORTED', 'is_decoder expected false, got true'],
    [{ model_type: 'bert', pruned_heads: { 1: [0] } }, 'CHECKPOINT_UNSUPPORTED', 'pruned_heads expected no entries'],
    [[], 'CHECKPOINT_CONFIG', 'expected a JSON object, got an array of 0'],
    [{}, 'CHECKPOINT_CONFIG', `model_type expected ${listed}, got nothing`],
    [
      { model_type: 'bert', hidden_size: 7.5 },
      'CHECKPOINT_CONFIG',
      'hidden_size expected an integer from 1 to 16777216, got 7.5',
    ],
    [{ model_type: 'bert', vocab_size: null }, 'CHECKPOINT_CONFIG', 'vocab_size expected an integer'],
    [
      { model_type: 'bert', num_hidden_layers: 1e15 },
      'CHECKPOINT_CONFIG',
      'num_hidden_layers expected an integer from 1 to 1024',
    ],
    [
      { model_type: 'bert', hidden_dropout_prob: 1 },
      'CHECKPOINT_CONFIG',
      'hidden_dropout_prob expected a number in [0, 1), got 1',
    ],
    [
      { model_type: 'bert', num_attention_heads: 5 },
      'CHECKPOINT_CONFIG',
      'heads that divide the hidden size, got 5 heads for 768',
    ],
    [{ model_type: 'bert', vocab_size: 10, pad_token_id: 10 }, 'CHECKPOINT_CONFIG', 'below vocab_size 10, got 10'],
    [
      { model_type: 'bert', id2label: { 0: 'a', 2: 'c' } },
      'CHECKPOINT_CONFIG',
      'id2label expected a name for each id 0 to 1, got nothing for 1',
    ],
    [{ model_type: 'bert', id2label: {} }, 'CHECKPOINT_CONFIG', 'id2label expected at least one label, got none'],
    [{ model_type: 'bert', id2label: 'a' }, 'CHECKPOINT_CONFIG', 'id2label expected an object, got "a"'],
    [{ model_type: 'bert', num_labels: 1e12 }, 'CHECKPOINT_CONFIG', 'num_labels expected an integer from 1 to 100000'],
    [
      { model_type: 'bert', problem_type: 'ranking' },
      'CHECKPOINT_CONFIG',
      'problem_type expected single_label_classification',
    ],
    [
      { model_type: 'bert', problem_type: 'single_label_classification', id2label: { 0: 'a' } },
      'CHECKPOINT_CONFIG',
      'expected two labels or more, got 1',
    ],
  ])('refuses %j', (json, code, message) => {
    const error = expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) });
    expect(() => parse(json)).toThrow(error);
    expect(() => parse(json)).toThrow(/^config\.json: .*; /);
  });

  it('meets any JSON with a configuration or an AttuneError', () => {
    const keys = ['hidden_size', 'num_attention_heads', 'id2label', 'num_labels', 'problem_type', 'pad_token_id'];
    const damaged = fc
      .dictionary(fc.constantFrom(...keys), fc.jsonValue())
      .map((json) => ({ model_type: 'bert', ...json }));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.jsonValue()), (json) => {
        try {
          expect(parse(json).labels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AttuneError' });
        }
      }),
    );
  });
});

it.each([
  { model_type: 'bert', activation: 'relu' },
  { model_type: 'bert', position_embedding_type: null, is_decoder: null, add_cross_attention: null },
  { model_type: 'distilbert', hidden_act: 'relu' },
])('takes keys that the family does not have, and null for what is off: %j', (json) => {
  expect(parse(json).hiddenAct).toBe('gelu');
});

describe('modelConfigToJson', () => {
  const base = { model_type: 'distilbert', dim: 32, n_heads: 4, sinusoidal_pos_embds: false, torch_dtype: 'float16' };

  it("writes the family's names, the labels both ways and the reference's class", () => {
    const config: ModelConfig = {
      ...parse(base),
      labels: ['Finance', 'Health'],
      problemType: 'multi_label_classification',
    };
    expect(modelConfigToJson(config)).toMatchObject({
      model_type: 'distilbert',
      architectures: ['DistilBertForSequenceClassification'],
      dim: 32,
      activation: 'gelu',
      seq_classif_dropout: 0.2,
      id2label: { 0: 'Finance', 1: 'Health' },
      label2id: { Finance: 0, Health: 1 },
      problem_type: 'multi_label_classification',
      dtype: 'float32',
      torch_dtype: 'float32',
      sinusoidal_pos_embds: false,
    });
  });

  it('leaves no older value that contradicts the new one', () => {
    const old = { model_type: 'distilbert', hidden_size: 24, n_heads: 4, num_labels: 7, problem_type: 'regression' };
    const { problemType: _, ...config } = parse(old);
    const json = modelConfigToJson({ ...config, hiddenSize: 48, labels: ['a', 'b'] });
    expect(json).toMatchObject({ dim: 48 });
    expect(Object.keys(json)).not.toEqual(expect.arrayContaining(['hidden_size']));
    expect(json).not.toHaveProperty('num_labels');
    expect(json).not.toHaveProperty('problem_type');
  });

  it('reads back as the same configuration', () => {
    const rate = fc.double({ min: 0, max: 0.99, noNaN: true });
    const options = fc.record({
      model_type: fc.constantFrom(...Object.keys(encoders)),
      hidden_dropout_prob: rate,
      dropout: rate,
      seq_classif_dropout: rate,
      classifier_dropout: fc.option(rate),
      id2label: fc.array(fc.string(), { minLength: 1 }).map((labels) => Object.fromEntries(labels.entries())),
      problem_type: fc.constantFrom(null, 'regression', 'multi_label_classification'),
    });
    fc.assert(
      fc.property(options, (json) => {
        const config = parse(json);
        const written = JSON.parse(JSON.stringify(modelConfigToJson(config)));
        expect(valuesOf(parse(written))).toEqual(valuesOf(config));
      }),
    );
  });
});

describe.skipIf(!hasGoldens)("the reference's config.json files (needs ../shared/goldens)", () => {
  const files = (hasGoldens ? [goldens, familyGoldens] : []).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const path = `${folder}${name}/config.json`;
      return existsSync(path) ? [{ name, json: JSON.parse(readFileSync(path, 'utf8')) }] : [];
    }),
  );

  it.each(files.filter(({ json }) => json.model_type in encoders))('reads $name and writes it back', ({ json }) => {
    const config = parse(json);
    const tiny = { hiddenSize: 32, layers: 2, heads: 4, intermediateSize: 64, vocabSize: 120, maxPositions: 64 };
    expect(config).toMatchObject({ ...tiny, hiddenDropout: 0, attentionDropout: 0, classifierDropout: 0 });
    expect(config.labels).toEqual(Object.values(json.id2label ?? { 0: 'LABEL_0', 1: 'LABEL_1' }));
    expect(config.problemType).toBe(json.problem_type);
    const { architectures: _, classifier_dropout: __, ...kept } = json;
    expect(modelConfigToJson(config)).toMatchObject(kept);
  });
});
