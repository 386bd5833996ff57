import { AttuneError } from '@attune/engine';
import { bertFormat } from '../bert/config';
import { distilbertFormat } from '../distilbert/config';
import type { ModelTask } from '../heads/tasks';
import { llamaFormat } from '../llama/config';
import type { ConfigFormat } from './config-fields';

/** The `config.json` of every family, without the code that computes it: reading a checkpoint needs no more. */
export const formats = [bertFormat, distilbertFormat, llamaFormat] as const;

/** What `config.json` calls its family. */
export type ModelType = (typeof formats)[number]['modelType'];

export const formatOf = (modelType: ModelType): ConfigFormat<ModelType> =>
  formats.find((format) => format.modelType === modelType)!;

/**
 * transformers' class of a family with the head of a task.
 *
 * @param where what an error names
 * @throws AttuneError MODEL_TASK for a family that has no such head
 */
export function classFor(modelType: ModelType, task: ModelTask | 'own', where = 'task'): string {
  const { classes } = formatOf(modelType);
  const name = classes[task];
  if (name) return name;
  const tasks = Object.keys(classes).filter((task) => task !== 'own');
  throw new AttuneError(
    'MODEL_TASK',
    `${where}: of a ${modelType} expected ${tasks.join(', ')}, got ${task}; give another task, or a model of another family`,
  );
}
