import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors } from '@attune/engine';
import { modelConfigToJson } from '../../config';
import { exportSavedModel } from '../../export/export-model';
import type { Model } from '../../model';
import { writeChunks } from './write-chunks';

export interface SaveSavedModelOptions {
  readonly model: Model;
  readonly parameters: HostTensors;
}

export interface WrittenSavedModel {
  /** Path within the directory. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes a model as TensorFlow's tools load it into a directory that is there: `config.json` and the SavedModel `saved_model/1`,
 * laid out as TensorFlow Serving and transformers have it.
 *
 * Use it inside `writeDirectoryAtomically`, with the tokenizer's files beside it.
 *
 * @throws AttuneError EXPORT_TOO_LARGE for 2 GiB and more; EXPORT_UNSUPPORTED for a decoder
 * @example
 * await saveSavedModel('exported', { model, parameters }); // then, in Python, tf.saved_model.load('exported/saved_model/1')
 */
export async function saveSavedModel(
  directory: string,
  { model, parameters }: SaveSavedModelOptions,
): Promise<WrittenSavedModel> {
  const config = modelConfigToJson(model.config, model.task);
  await writeFile(join(directory, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const path = 'saved_model/1/saved_model.pb';
  // Loaders look into `variables`; this model has none.
  await mkdir(join(directory, 'saved_model', '1', 'variables'), { recursive: true });
  const file = exportSavedModel(model, { parameters });
  await writeChunks(join(directory, path), file);
  return { path, bytes: file.byteLength };
}
