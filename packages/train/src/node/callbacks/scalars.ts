import type { EvaluationEvent, LossEvent } from '../../events';

/** Fields that are not figures, or say when. */
const notFigures = new Set(['type', 'step', 'epoch', 'time']);

/** Charts whose name is not `train/` or `eval/` and the field's own. */
const charts: Readonly<Record<string, string>> = {
  learningRate: 'train/learning_rate',
  gradNorm: 'train/grad_norm',
  tokensPerSecond: 'train/tokens_per_second',
  trainLoss: 'train/epoch_loss',
  trainAccuracy: 'train/epoch_accuracy',
};

/** The figures of an event by chart, `train/loss` or `eval/macroF1`, under transformers' names where it has them. */
export function scalarsOf(event: LossEvent | EvaluationEvent): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [name, value] of Object.entries(event)) {
    if (notFigures.has(name) || typeof value !== 'number') continue;
    figures[charts[name] ?? `${event.type}/${name}`] = value;
  }
  return figures;
}
