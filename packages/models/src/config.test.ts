import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldens, hasGoldens } from '../test/goldens';
import type { ModelConfig } from './checkpoint/model-config';
import { modelConfigToJson, parseModelConfig } from './config';

const parse = (json: unknown) => parseModelConfig(json, 'config.json');

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

  it.each([
    [
      { model_type: 'roberta' },
      'CHECKPOINT_UNSUPPORTED',
      'model_type expected bert, distilbert or llama, got "roberta"',
    ],
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
    [{ model_type: 'bert', pruned_heads: { 1: [0] } }, 'CHECKPOINT_UNSUPPORTED', 'pruned_heads expected none'],
    [[], 'CHECKPOINT_CONFIG', 'expected a JSON object, got an array of 0'],
    [{}, 'CHECKPOINT_CONFIG', 'model_type expected bert, distilbert or llama, got nothing'],
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
      model_type: fc.constantFrom('bert', 'distilbert'),
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
  const folders = hasGoldens ? readdirSync(goldens).filter((name) => existsSync(`${goldens}${name}/config.json`)) : [];
  const read = (name: string) => JSON.parse(readFileSync(`${goldens}${name}/config.json`, 'utf8'));

  it.each(folders.filter((name) => !name.startsWith('llama')))('reads %s and writes it back', (name) => {
    const json = read(name);
    const config = parse(json);
    const tiny = { hiddenSize: 32, layers: 2, heads: 4, intermediateSize: 64, vocabSize: 120, maxPositions: 64 };
    expect(config).toMatchObject({ ...tiny, hiddenDropout: 0, attentionDropout: 0, classifierDropout: 0 });
    expect(config.labels).toEqual(Object.values(json.id2label ?? { 0: 'LABEL_0', 1: 'LABEL_1' }));
    expect(config.problemType).toBe(json.problem_type);
    const { architectures: _, classifier_dropout: __, ...kept } = json;
    expect(modelConfigToJson(config)).toMatchObject(kept);
  });
});
