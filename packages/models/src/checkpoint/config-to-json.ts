import type { Model } from '../model';
import type { JsonObject } from './_describe';
import type { ModelConfig } from './config';
import { numberKeys } from './config-fields';
import { classFor, formatOf } from './formats';

/** Written anew under the family's own names, so that no second, older value contradicts them. */
const replaced = new Set(['num_labels', 'id2label', 'label2id', 'problem_type', 'torch_dtype']);

/** Tasks whose outputs are the vocabulary. */
const hasNoLabels: ReadonlySet<Model['task']> = new Set(['masked-lm', 'causal-lm']);

/**
 * `config.json` of a model under Hugging Face's names; keys of the original file it does not know stay.
 *
 * `dtype` is transformers 5's name and `torch_dtype` version 4's: both are written, and both versions read the file.
 *
 * @example
 * JSON.stringify(modelConfigToJson({ ...config, labels: ['Finance', 'Health'] }), null, 2);
 */
export function modelConfigToJson(
  config: ModelConfig,
  task: Model['task'] = 'sequence-classification',
): Record<string, unknown> {
  const { modelType, activation, decoder } = formatOf(config.modelType);
  return {
    ...keptOf(config),
    architectures: [classFor(modelType, task)],
    model_type: modelType,
    [activation]: config.hiddenAct,
    ...numbersOf(config),
    ...decoder?.write(config),
    ...(!hasNoLabels.has(task) && labelsOf(config)),
    ...(!hasNoLabels.has(task) && task !== 'token-classification' && problemTypeOf(config)),
    dtype: 'float32',
    torch_dtype: 'float32',
  };
}

function labelsOf({ labels }: ModelConfig): JsonObject {
  return {
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

const problemTypeOf = ({ problemType }: ModelConfig): JsonObject => (problemType ? { problem_type: problemType } : {});

function keptOf({ modelType, original }: ModelConfig): JsonObject {
  const aliases = Object.values(formatOf(modelType).fields).map((field) => typeof field !== 'number' && field.alias);
  return Object.fromEntries(
    Object.entries(original).filter(([name]) => !replaced.has(name) && !aliases.includes(name)),
  );
}

function numbersOf(config: ModelConfig): JsonObject {
  const { fields } = formatOf(config.modelType);
  return Object.fromEntries(
    numberKeys.flatMap((key) => {
      const field = fields[key];
      return typeof field === 'number' ? [] : [[field.name, config[key]]];
    }),
  );
}
