import { expect, it } from 'vitest';
import { decoderTypes, encoderTypes, tinyConfig } from '../test/tiny';
import { layerOf } from './families';
import { modelForTask } from './model';

it.each([
  ['bert.embeddings.word_embeddings.weight', 0],
  ['bert.embeddings.token_type_embeddings.weight', 0],
  ['bert.embeddings.LayerNorm.bias', 0],
  ['bert.encoder.layer.0.attention.self.query.weight', 1],
  ['bert.encoder.layer.1.output.LayerNorm.weight', 2],
  ['bert.encoder.layer.10.output.dense.weight', 11],
  ['bert.encoder.layer.10.output.dense.lora_A.weight', 11],
  ['bert.pooler.dense.weight', 13],
  ['classifier.bias', 13],
  ['cls.predictions.transform.dense.weight', 13],
])('finds %s of a BERT of 12 layers at %i', (name, layer) => {
  expect(layerOf(tinyConfig('bert', { num_hidden_layers: 12 }), name)).toBe(layer);
});

it.each([
  ['distilbert.embeddings.position_embeddings.weight', 0],
  ['distilbert.transformer.layer.0.sa_layer_norm.weight', 1],
  ['distilbert.transformer.layer.5.ffn.lin2.bias', 6],
  ['pre_classifier.weight', 7],
  ['vocab_projector.bias', 7],
])('finds %s of a DistilBERT of 6 layers at %i', (name, layer) => {
  expect(layerOf(tinyConfig('distilbert', { n_layers: 6 }), name)).toBe(layer);
});

it.each([
  ['roberta.embeddings.position_embeddings.weight', 0],
  ['roberta.encoder.layer.3.output.LayerNorm.bias', 4],
  ['classifier.dense.weight', 13],
  ['classifier.out_proj.bias', 13],
  ['lm_head.layer_norm.weight', 13],
  ['lm_head.bias', 13],
])('finds %s of a RoBERTa of 12 layers at %i', (name, layer) => {
  for (const modelType of ['roberta', 'xlm-roberta', 'camembert'] as const)
    expect(layerOf(tinyConfig(modelType, { num_hidden_layers: 12 }), name)).toBe(layer);
});

it.each([
  ['electra.embeddings.LayerNorm.weight', 0],
  ['electra.embeddings_project.weight', 0],
  ['electra.embeddings_project.lora_A.weight', 0],
  ['electra.encoder.layer.0.attention.self.query.weight', 1],
  ['generator_predictions.dense.weight', 3],
  ['generator_lm_head.bias', 3],
])('finds %s of an ELECTRA of 2 layers at %i', (name, layer) => {
  expect(layerOf(tinyConfig('electra', { embedding_size: 8 }), name)).toBe(layer);
});

it.each([
  ['mpnet.embeddings.word_embeddings.weight', 0],
  ['mpnet.encoder.relative_attention_bias.weight', 0],
  ['mpnet.encoder.layer.0.attention.attn.o.weight', 1],
  ['mpnet.encoder.layer.11.output.LayerNorm.bias', 12],
  ['classifier.out_proj.weight', 13],
  ['lm_head.dense.weight', 13],
])('finds %s of an MPNet of 12 layers at %i', (name, layer) => {
  expect(layerOf(tinyConfig('mpnet', { num_hidden_layers: 12 }), name)).toBe(layer);
});

it.each([
  ['model.embed_tokens.weight', 0],
  ['model.layers.0.self_attn.q_proj.weight', 1],
  ['model.layers.2.mlp.down_proj.weight', 3],
  ['model.norm.weight', 3],
  ['model.layers.1.self_attn.v_proj.lora_B.weight', 2],
  ['lm_head.weight', 4],
  ['lm_head.lora_A.weight', 4],
])('finds %s of a decoder of 3 layers at %i', (name, layer) => {
  for (const modelType of decoderTypes)
    expect(layerOf(tinyConfig(modelType, { num_hidden_layers: 3, tie_word_embeddings: false }), name)).toBe(layer);
});

it.each(encoderTypes)('gives every layer of %s as many parameters', (modelType) => {
  const config = tinyConfig(modelType);
  const counts = [0, 0, 0, 0];
  for (const name of Object.keys(modelForTask(config, 'sequence-classification').specs))
    counts[layerOf(config, name)]++;
  const ofEmbeddings = { distilbert: 4, electra: 7 } as Partial<Record<string, number>>;
  expect(counts).toEqual([ofEmbeddings[modelType] ?? 5, 16, 16, 4]);
});
