/** A run that was interrupted, and the files that say how it ended without that. */
export interface InterruptedRun {
  readonly name: string;
  /** What was typed, in the directory of the fixture's inputs, but for `--out` and `--engine`. */
  readonly options: readonly string[];
  /** The step after which its only checkpoint was written. */
  readonly savedAt: number;
  /** The tensors that it leaves, below the run directory. */
  readonly results: readonly string[];
}

const often = (steps: number, savedAt: number) => [
  ...['--max-steps', `${steps}`, '--save-steps', `${savedAt}`, '--save-total-limit', '9'],
  ...['--eval-steps', '3', '--logging-steps', '2', '--batch-size', '8', '--learning-rate', '1e-2'],
];
const sequence = ['--task', 'sequence-classification', '--data', 'texts.csv', '--text', '{title}. {text}'];
const causal = [
  '--task',
  'causal-lm',
  '--data',
  'texts.csv',
  '--prompt-template',
  '{text} is',
  '--completion',
  ' {label}',
];
const masked = [
  ...['--task', 'masked-lm', '--data', 'texts.csv', '--text', '{text}', '--split', '80/20'],
  ...['--chunk-length', '16', '--mlm-probability', '0.3'],
];
const newEncoder = ['--model', 'new', '--model-config', 'encoder.json'];
const model = ['model/model.safetensors'];

/** Small models that later runs start from: what is left of these runs is `NAME/` among the inputs. */
export const bases = {
  encoder: [...masked, ...newEncoder, '--max-steps', '2'],
  decoder: [...causal, '--model', 'new', '--model-config', 'decoder.json', '--max-steps', '2'],
} as const;

export const runs: readonly InterruptedRun[] = [
  {
    name: 'classes',
    options: [
      ...sequence,
      '--label',
      'label',
      ...newEncoder,
      '--split',
      '60/20/20',
      '--seed',
      '7',
      ...often(11, 7),
    ].concat([
      '--gradient-accumulation-steps',
      '2',
      '--weight-decay',
      '0.1',
      '--warmup-steps',
      '3',
      '--tune-threshold',
    ]),
    savedAt: 7,
    results: model,
  },
  {
    name: 'several-labels',
    options: [
      ...sequence,
      '--problem-type',
      'multi_label_classification',
      '--label',
      'topics',
      '--model',
      'encoder',
    ].concat([
      ...often(9, 5),
      '--optim',
      'sgd',
      '--sgd-momentum',
      '0.9',
      '--layerwise-lr-decay',
      '0.8',
      '--baseline',
      'none',
    ]),
    savedAt: 5,
    results: model,
  },
  {
    name: 'masked-lm',
    options: [...masked, '--model', 'encoder', '--whole-word', ...often(9, 4), '--optim', 'adam'],
    savedAt: 4,
    results: model,
  },
  {
    name: 'token-lora',
    options: ['--task', 'token-classification', '--data', 'words.conll', '--model', 'encoder', ...often(9, 5)].concat([
      '--lora-r',
      '2',
      '--lora-alpha',
      '4',
      '--lora-dropout',
      '0.1',
      '--lora-target-modules',
      'q_lin,v_lin',
    ]),
    savedAt: 5,
    results: [...model, 'adapter/adapter_model.safetensors'],
  },
  {
    name: 'causal-lora-nf4',
    options: [...causal, '--model', 'decoder', ...often(9, 5), '--gradient-checkpointing'].concat([
      '--lora-r',
      '2',
      '--lora-alpha',
      '4',
      '--lora-dropout',
      '0.1',
      '--quantize',
      'nf4',
    ]),
    savedAt: 5,
    results: ['adapter/adapter_model.safetensors'],
  },
];
