import type { RunData } from '../report-data';
import { plain } from './markdown';

/** The options that decided the training, under Hugging Face's names, and the optimizer that really ran. */
const shown: readonly (readonly [name: string, option: string])[] = [
  ['learning_rate', 'learningRate'],
  ['train_batch_size', 'perDeviceTrainBatchSize'],
  ['eval_batch_size', 'perDeviceEvalBatchSize'],
  ['seed', 'seed'],
  ['lr_scheduler_warmup_ratio', 'warmupRatio'],
  ['weight_decay', 'weightDecay'],
  ['max_grad_norm', 'maxGradNorm'],
  ['num_epochs', 'numTrainEpochs'],
  ['max_length', 'maxLength'],
  ['metric_for_best_model', 'metricForBestModel'],
];

export function hyperparameters({ config }: RunData): string {
  const given = (config.arguments ?? {}) as Record<string, unknown>;
  const lines = shown
    .filter(([, option]) => given[option] !== undefined)
    .map(([name, option]) => `- ${name}: ${plain(String(given[option]))}`);
  const { adamBeta1, adamBeta2, adamEpsilon } = given;
  const optimizer =
    adamBeta1 === undefined
      ? []
      : [
          `- optimizer: AdamW with betas=(${adamBeta1}, ${adamBeta2}) and epsilon=${adamEpsilon}`,
          '- lr_scheduler_type: linear',
        ];
  const all = [...lines, ...optimizer];
  return all.length > 0 ? all.join('\n') : 'Not recorded.';
}

export function versions({ config, summary }: RunData): string {
  const known = [
    ['Attune', config.attune],
    ['Node', config.node],
    ['Engine', summary.engine],
  ].filter(([, version]) => version !== undefined);
  return known.map(([name, version]) => `- ${name}: ${plain(String(version))}`).join('\n');
}
