import { renderModelCard } from '@attune/report';
import { type TrainingArguments, trainingArguments } from '@attune/train';
import { describe, expect, it } from 'vitest';

/** The card of a run with these arguments: two classes, four texts. */
function cardOf(options: Partial<TrainingArguments>, config: object = {}): string {
  return renderModelCard({
    title: 'run',
    config: { arguments: trainingArguments({ maxLength: 64, ...options }), ...config },
    history: [],
    summary: {
      ...{ accuracy: 1, macroF1: 1, loss: 0.1, baseline: null, trainExamples: 40, testExamples: 4 },
      ...{ epochs: 3, epochsDone: 3, steps: 9, seconds: 2, tokensPerSecond: 900, engine: 'onnx' },
    },
    labels: ['a', 'b'],
    test: { texts: ['1', '2', '3', '4'], yTrue: [0, 1, 0, 1], yPred: [0, 1, 0, 1], scores: [1, 1, 1, 1] },
    generatedAt: '2026-01-31',
  });
}

/** Another value of each argument, and the line that a card then has; the compiler asks for those that are missing. */
const changed: { readonly [Name in keyof TrainingArguments]-?: readonly [TrainingArguments[Name], string] } = {
  learningRate: [0.0123, '- learning_rate: 0.0123'],
  perDeviceTrainBatchSize: [5, '- train_batch_size: 5'],
  perDeviceEvalBatchSize: [7, '- eval_batch_size: 7'],
  numTrainEpochs: [3, '- num_epochs: 3'],
  gradientAccumulationSteps: [4, '- gradient_accumulation_steps: 4\n- total_train_batch_size: 64'],
  gradientCheckpointing: [true, '- gradient_checkpointing: true'],
  bf16: [true, '- bf16: true'],
  maxSteps: [9, '- training_steps: 9'],
  labelSmoothingFactor: [0.125, '- label_smoothing_factor: 0.125'],
  focalGamma: [2, '- focal_gamma: 2'],
  classWeights: [{ a: 2 }, '- class_weights: {"a":2}'],
  maxLength: [48, '- max_length: 48'],
  seed: [77, '- seed: 77'],
  loggingSteps: [13, '- logging_steps: 13'],
  metricForBestModel: ['macroF1', '- metric_for_best_model: macroF1'],
  evalStrategy: ['no', '- eval_strategy: no'],
  evalSteps: [17, '- eval_strategy: steps\n- eval_steps: 17'],
  saveStrategy: ['no', '- save_strategy: no'],
  saveSteps: [19, '- save_strategy: steps\n- save_steps: 19'],
  saveTotalLimit: [6, '- save_total_limit: 6'],
  earlyStoppingPatience: [8, '- early_stopping_patience: 8'],
  earlyStoppingThreshold: [0.25, '- early_stopping_threshold: 0.25'],
  optim: ['adam', '- optimizer: Adam with betas=(0.9, 0.999) and epsilon=1e-8'],
  adamBeta1: [0.8, '- optimizer: AdamW with betas=(0.8, 0.999) and epsilon=1e-8'],
  adamBeta2: [0.99, '- optimizer: AdamW with betas=(0.9, 0.99) and epsilon=1e-8'],
  adamEpsilon: [1e-6, '- optimizer: AdamW with betas=(0.9, 0.999) and epsilon=0.000001'],
  sgdMomentum: [0.9, '- sgd_momentum: 0.9'],
  sgdNesterov: [true, '- sgd_nesterov: true'],
  weightDecay: [0.03, '- weight_decay: 0.03'],
  maxGradNorm: [0.5, '- max_grad_norm: 0.5'],
  layerwiseLrDecay: [0.95, '- layerwise_lr_decay: 0.95'],
  freeze: [['bert.embeddings.word'], '- freeze: bert.embeddings.word'],
  freezeLayers: [2, '- freeze_layers: 2'],
  lrSchedulerType: ['cosine', '- lr_scheduler_type: cosine'],
  numCycles: [1.5, '- num_cycles: 1.5'],
  power: [3, '- power: 3'],
  lrEnd: [0.002, '- lr_end: 0.002'],
  warmupRatio: [0.06, '- lr_scheduler_warmup_ratio: 0.06'],
  warmupSteps: [11, '- lr_scheduler_warmup_steps: 11'],
};

/** A card's lines without the escapes of Markdown. */
const readable = (card: string) => card.replace(/\\(?=[\\`*_[\]<>|#~!])/g, '');

describe("a card's hyperparameters", () => {
  it.each(Object.entries(changed))('are the record of the run: %s', (name, [value, line]) => {
    expect(readable(cardOf({ [name]: value }))).toContain(`${line}\n`);
    if (name !== 'numTrainEpochs') expect(readable(cardOf({}))).not.toContain(`${line}\n`);
  });

  it('have nothing that decided nothing', () => {
    const sgd = cardOf({ optim: 'sgd', lrSchedulerType: 'constant', maxSteps: 9, warmupSteps: 2 });
    expect(sgd).toContain('- optimizer: SGD\n- lr_scheduler_type: constant\n');
    for (const absent of ['Adam', 'linear', 'num_epochs', 'warmup_ratio', 'eval_steps', 'save_steps'])
      expect(sgd).not.toContain(absent);
  });

  it('have the adapters and the numbers of the base', () => {
    const lora = { r: 4, alpha: 16, targetModules: ['q_lin', 'v_lin'], useRslora: true };
    const card = readable(cardOf({}, { lora, quantize: 'nf4', mergeAdapter: false }));
    expect(card).toContain(
      '- lora_r: 4\n- lora_alpha: 16\n- lora_target_modules: q_lin, v_lin\n- lora_use_rslora: true\n- quantize: nf4\n- merge_adapter: false\n',
    );
  });
});
