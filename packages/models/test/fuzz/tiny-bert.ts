import { type Tensor, toJson } from './layout';
import { bertShapes, type Dimensions } from './model-oracle';

/** The configuration of a BERT of 1,000 bytes or so. */
export const config = {
  model_type: 'bert',
  architectures: ['BertForSequenceClassification'],
  vocab_size: 7,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 6,
  max_position_embeddings: 5,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_dropout_prob: 0.1,
  initializer_range: 0.02,
  pad_token_id: 0,
  problem_type: 'single_label_classification',
  id2label: { 0: 'a', 1: 'b', 2: 'c' },
};

export const dimensions: Dimensions = {
  vocab: 7,
  hidden: 4,
  layers: 1,
  intermediate: 6,
  positions: 5,
  types: 2,
  labels: 3,
};

const floats = ['F32', 'F32', 'F16', 'BF16', 'F64'];

/** Its tensors, of every float dtype, and two that older checkpoints have beside them. */
export const tensors: readonly Tensor[] = [
  { name: 'bert.embeddings.position_ids', dtype: 'I64', shape: [1, 5] },
  { name: 'cls.seq_relationship.bias', dtype: 'F32', shape: [2] },
  ...Array.from(bertShapes(dimensions), ([name, shape], i) => ({ name, dtype: floats[i % floats.length], shape })),
];

export const configFile = 'config.json';
export const weightsFile = 'model.safetensors';

export const jsonFile = (json: unknown): Uint8Array => new TextEncoder().encode(toJson(json));
