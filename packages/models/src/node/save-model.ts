import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { modelConfigToJson } from '../checkpoint/config-to-json';
import { writeSafetensors } from './checkpoint/write-safetensors';

export interface SavableModel {
  readonly config: ModelConfig;
  readonly parameters: Readonly<Record<string, HostTensor>>;
}

/**
 * Writes `config.json` and `model.safetensors` as Hugging Face lays them out into a directory that is there.
 *
 * Use it inside `writeDirectoryAtomically`, with the tokenizer's files beside it.
 */
export async function saveModel(directory: string, { config, parameters }: SavableModel): Promise<void> {
  await writeFile(join(directory, 'config.json'), `${JSON.stringify(modelConfigToJson(config), null, 2)}\n`);
  const tensors = Object.entries(parameters).map(([name, { shape, data }]) => ({
    name,
    shape,
    data: data as Float32Array,
  }));
  await writeSafetensors(join(directory, 'model.safetensors'), tensors);
}
