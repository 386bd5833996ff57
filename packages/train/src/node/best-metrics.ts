import type { ModelTask } from '@attune/models';
import type { TrainingArguments } from '../arguments';

/** What chooses the best model of a task's run unless `metricForBestModel` says otherwise. */
const bestMetrics: Readonly<Record<ModelTask, string>> = {
  'sequence-classification': 'loss',
  'token-classification': 'f1',
  'masked-lm': 'loss',
  'causal-lm': 'loss',
};

/** Arguments with the task's own `metricForBestModel` where none is given. */
export function withBestMetric(
  given: Partial<TrainingArguments> = {},
  task: ModelTask,
  metric = bestMetrics[task],
): Partial<TrainingArguments> {
  return { ...given, metricForBestModel: given.metricForBestModel ?? metric };
}
