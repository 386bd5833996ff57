import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors } from '@attune/engine';
import type { LoraModel } from '../../lora/with-lora';
import { writeSafetensors } from '../checkpoint/write-safetensors';
import { adapterConfigToJson } from './adapter-config';

export const configFile = 'adapter_config.json';
export const weightsFile = 'adapter_model.safetensors';

/** PEFT's name of a parameter. */
export const inAdapter = (parameter: string): string => `base_model.model.${parameter}`;

export interface SavableAdapter {
  readonly model: LoraModel;
  /** The model's; of the base's only what was trained is written. */
  readonly parameters: HostTensors;
  /** What the base is called, a directory or a hub id, for Python to find it. */
  readonly baseModel?: string;
}

/**
 * Writes `adapter_config.json` and `adapter_model.safetensors` as PEFT lays them out into a directory that is there.
 *
 * @example
 * await writeDirectoryAtomically('adapter', (directory) => saveAdapter(directory, { model, parameters }));
 */
export async function saveAdapter(directory: string, { model, parameters, baseModel }: SavableAdapter): Promise<void> {
  const config = adapterConfigToJson(model, baseModel);
  await writeFile(join(directory, configFile), `${JSON.stringify(config, null, 2)}\n`);
  const trained = Object.keys(model.specs).filter(model.trains);
  const copies = Object.entries(model.tied).filter(([, name]) => model.trains(name)); // PEFT asks for both names
  const named = [...trained.map((name) => [name, name]), ...copies];
  const tensors = named.map(([inFile, name]) => {
    return { name: inAdapter(inFile), shape: parameters[name].shape, data: parameters[name].data as Float32Array };
  });
  await writeSafetensors(join(directory, weightsFile), tensors, { metadata: { format: 'pt' } });
}
