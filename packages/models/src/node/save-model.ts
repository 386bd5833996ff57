import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { writeJson } from '@attune/internal/node';
import type { ModelConfig } from '../checkpoint/model-config';
import { modelConfigToJson } from '../config';
import { isTied } from '../heads/language-model';
import { headFor, type Model } from '../model';
import { writeSafetensors } from './checkpoint/write-safetensors';

/** A model to save. */
export interface SavableModel {
  /** Its configuration, written as `config.json`. */
  readonly config: ModelConfig;
  /** Task, which determines the class in `config.json`; default sequence classification. */
  readonly task?: Model['task'];
  /** Its parameters, by the checkpoint's names. */
  readonly parameters: Readonly<Record<string, HostTensor>>;
}

/**
 * Writes `config.json` and `model.safetensors` in Hugging Face's layout. Creates the directory if needed.
 *
 * Tied weights are written once. Inside `writeDirectoryAtomically`, together with the tokenizer's files, the directory appears complete or not at all.
 *
 * @example
 * await writeDirectoryAtomically('adapted', (directory) => saveModel(directory, { ...model, parameters }));
 */
export async function saveModel(directory: string, model: SavableModel): Promise<void> {
  const { config, task, parameters } = model;
  await writeJson(join(directory, 'config.json'), modelConfigToJson(config, task));
  const copies = Object.entries(copiesOf(model)).map(([name, from]) => [name, parameters[from]] as const);
  const tensors = [...Object.entries(parameters), ...copies].map(([name, { shape, data }]) => ({
    name,
    shape,
    data: data as Float32Array,
  }));
  await writeSafetensors(join(directory, 'model.safetensors'), tensors);
}

/** An untied BERT decoder's bias has two names: transformers 5 uses one of them, version 4 the other. */
function copiesOf({ config, task }: SavableModel): Readonly<Record<string, string>> {
  if (task !== 'masked-lm' || isTied(config)) return {};
  return headFor(config, task).tied?.(config) ?? {};
}
