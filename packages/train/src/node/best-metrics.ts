import type { Task } from '@attune/models';
import type { TrainingArguments } from '../arguments';

/** What chooses the best model of a task's run unless `metricForBestModel` says otherwise. */
const bestMetrics: Readonly<Record<Task, string>> = {
  'sequence-classification': 'loss',
  'token-classification': 'f1',
  'masked-lm': 'loss',
};

/** Arguments with the task's own `metricForBestModel` where none is given. */
export function withBestMetric(
  given: Partial<TrainingArguments> = {},
  task: Task,
  metric = bestMetrics[task],
): Partial<TrainingArguments> {
  return { ...given, metricForBestModel: given.metricForBestModel ?? metric };
}
