import {
  causalLmTask,
  type Examples,
  type HostTensors,
  initialize,
  initializeAdapter,
  type LoraOptions,
  type Model,
  maskedLmTask,
  modelForTask,
  parseModelConfig,
  type QuantizedFormat,
  quantizedModel,
  quantizeParameters,
  type Sequence,
  sequenceTask,
  type Task,
  tokenTask,
  withLora,
} from './adapter';

/** Sizes that differ, so that none stands for another; two blocks of a quantized row in the intermediate layer. */
const encoderSizes = { vocab_size: 40, max_position_embeddings: 64, initializer_range: 0.3 };

const configs = {
  bert: {
    model_type: 'bert',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 72 },
    ...{ hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.2, classifier_dropout: 0.3 },
  },
  distilbert: {
    model_type: 'distilbert',
    ...encoderSizes,
    ...{ dim: 16, n_layers: 2, n_heads: 2, hidden_dim: 72 },
    ...{ dropout: 0.1, attention_dropout: 0.2, seq_classif_dropout: 0.3 },
  },
  electra: {
    model_type: 'electra',
    ...encoderSizes,
    ...{ hidden_size: 16, embedding_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 72 },
    ...{ hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.2, classifier_dropout: 0.3 },
  },
  mpnet: {
    model_type: 'mpnet',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 72 },
    ...{ hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.2 },
  },
  roberta: {
    model_type: 'roberta',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 72, type_vocab_size: 1 },
    ...{ hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.2, classifier_dropout: 0.3 },
  },
  llama: {
    model_type: 'llama',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 72 },
    attention_dropout: 0.2,
  },
  'llama-tied': {
    model_type: 'llama',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 72 },
    tie_word_embeddings: true,
    rope_theta: 500,
    rope_scaling: {
      ...{ rope_type: 'llama3', factor: 4, low_freq_factor: 1, high_freq_factor: 4 },
      original_max_position_embeddings: 32,
    },
  },
  qwen3: {
    model_type: 'qwen3',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 72 },
    ...{ head_dim: 6, attention_dropout: 0.2 },
  },
  gemma3: {
    model_type: 'gemma3_text',
    ...encoderSizes,
    ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 72 },
    ...{ head_dim: 6, sliding_window: 5, layer_types: ['sliding_attention', 'full_attention'] },
  },
} as const;

const classes = { id2label: { 0: 'O', 1: 'B-X', 2: 'I-X' } };

/** What is learned, by the last part of a case's name; `more` goes into `config.json`. */
const kinds = {
  single: { task: 'sequence-classification', more: classes },
  multi: { task: 'sequence-classification', more: { ...classes, problem_type: 'multi_label_classification' } },
  regression: { task: 'sequence-classification', more: { id2label: { 0: 'y' }, problem_type: 'regression' } },
  token: { task: 'token-classification', more: classes },
  'masked-lm': { task: 'masked-lm', more: {} },
  'causal-lm': { task: 'causal-lm', more: {} },
} as const;

export type Family = keyof typeof configs;
export type Kind = keyof typeof kinds;

export const encoderKinds = ['single', 'multi', 'regression', 'token', 'masked-lm'] as const;

export const decoders = ['llama', 'llama-tied', 'qwen3', 'gemma3'] as const satisfies readonly Family[];

const isDecoder = (family: Family) => decoders.some((name) => name === family);

export const kindsOf = (family: Family): readonly Kind[] => (isDecoder(family) ? ['causal-lm'] : encoderKinds);

export function modelOf(family: Family, kind: Kind, options: Parameters<typeof modelForTask>[2] = {}): Model {
  const { task, more } = kinds[kind];
  return modelForTask(parseModelConfig({ ...configs[family], ...more }, family), task, options);
}

export interface Variant {
  readonly lora?: LoraOptions;
  readonly format?: QuantizedFormat;
  readonly gradientCheckpointing?: boolean;
}

const lora: LoraOptions = { r: 3, alpha: 6, dropout: 0.15, targetModules: 'all-linear' };
const formats: readonly QuantizedFormat[] = ['int8', 'int4', 'nf4'];

/** Of a model with quantized matrices only adapters are trained; alone it only predicts. */
export const variants: Readonly<Record<string, Variant>> = {
  plain: {},
  lora: { lora },
  recomputed: { gradientCheckpointing: true },
  'lora recomputed': { lora, gradientCheckpointing: true },
  ...Object.fromEntries(formats.map((format) => [format, { format }])),
  ...Object.fromEntries(formats.map((format) => [`lora ${format}`, { lora, format }])),
  ...Object.fromEntries(
    formats.map((format) => [`lora ${format} recomputed`, { lora, format, gradientCheckpointing: true }]),
  ),
};

export function variantOf(base: Model, { lora, format }: Variant): { model: Model; parameters: HostTensors } {
  const plain = initialize(base.specs, base.config, 1);
  const held = format && quantizedModel(base, { format });
  const parameters = held ? quantizeParameters(held, plain) : plain;
  if (!lora) return { model: held ?? base, parameters };
  const model = withLora(held ?? base, lora);
  return { model, parameters: { ...parameters, ...initializeAdapter(model, 2) } };
}

/** Lengths of sequences that share rows of 32 tokens, and of sequences too long to share one. */
export const layouts = { packed: [5, 11, 7, 9, 3, 14], 'by row': [25, 19, 30, 22] } as const;
export type Layout = keyof typeof layouts;

export function sequencesOf(layout: Layout): Sequence[] {
  return layouts[layout].map((length, i) => ({
    ids: Array.from({ length }, (_, j) => 4 + ((i * 11 + j * 7) % 36)),
    typeIds: Array.from({ length }, (_, j) => (2 * j > length ? 1 : 0)),
  }));
}

/** A task with the examples that it trains on. */
export interface Learning {
  readonly task: Task<Examples>;
  readonly data: Examples;
}

export function learningOf({ config }: Model, kind: Kind, layout: Layout): Learning {
  const sequences = sequencesOf(layout);
  const learning = <Data extends Examples>(task: Task<Data>, more: Omit<Data, 'sequences'>) =>
    ({ task, data: { sequences, ...more } }) as unknown as Learning;
  switch (kind) {
    case 'single':
      return learning(sequenceTask(config), { targets: sequences.map((_, i) => i % 3) });
    case 'multi':
      return learning(sequenceTask(config), { targets: sequences.map((_, i) => [i % 2, (i + 1) % 2, i % 3 ? 0 : 1]) });
    case 'regression':
      return learning(sequenceTask(config), { targets: sequences.map((_, i) => [i / 2]) });
    case 'token':
      return learning(tokenTask(config.labels), {
        labels: sequences.map(({ ids: { length } }) =>
          Int32Array.from({ length }, (_, j) => (j % 3 ? (j + 1) % 2 : -100)),
        ),
      });
    case 'masked-lm':
      return learning(
        maskedLmTask({ probability: 0.5, maskTokenId: 3, vocabSize: config.vocabSize, specialTokenIds: [0, 1, 2, 3] }),
        {},
      );
    case 'causal-lm':
      return learning(causalLmTask(), { promptLengths: sequences.map((_, i) => i) });
  }
}
