import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors, Precision } from '@attune/engine';
import { makeDirectory, writeJson } from '@attune/internal/node';
import { modelConfigToJson } from '../config';
import { exportModel, exportSavedModel } from '../export/export-model';
import type { Model } from '../model';

/** What transformers.js calls the file of each precision (`dtype: 'fp32'` and `'q8'`). */
const fileNames: Readonly<Record<Precision, string>> = {
  fp32: 'model.onnx',
  int8: 'model_quantized.onnx',
};

/** What `saveOnnx` writes. */
export interface SaveOnnxOptions {
  /** The model to write. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
  /** A file each. */
  readonly precisions: readonly Precision[];
}

/** An ONNX file that was written. */
export interface WrittenOnnx {
  /** Path within the directory. */
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
}

/**
 * Writes a model as transformers.js loads it: `config.json` and `onnx/model.onnx` (fp32) or
 * `onnx/model_quantized.onnx` (int8). The directory is made where there is none.
 *
 * Use it inside `writeDirectoryAtomically`, with the tokenizer's files beside it.
 *
 * @throws AttuneError EXPORT_TOO_LARGE for 2 GiB and more
 * @example
 * await saveOnnx('exported', { model, parameters, precisions: ['fp32', 'int8'] });
 */
export async function saveOnnx(
  directory: string,
  { model, parameters, precisions }: SaveOnnxOptions,
): Promise<WrittenOnnx[]> {
  await writeJson(join(directory, 'config.json'), modelConfigToJson(model.config, model.task));
  await makeDirectory(join(directory, 'onnx'));
  const written: WrittenOnnx[] = [];
  for (const precision of precisions) {
    const path = `onnx/${fileNames[precision]}`;
    const file = exportModel(model, { parameters, precision });
    await writeChunks(join(directory, path), file);
    written.push({ path, bytes: file.byteLength });
  }
  return written;
}

/** What `saveSavedModel` writes. */
export interface SaveSavedModelOptions {
  /** The model to write, no decoder. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
}

/** A SavedModel that was written. */
export interface WrittenSavedModel {
  /** Path within the directory. */
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
}

/**
 * Writes a model as TensorFlow's tools load it: `config.json` and the SavedModel `saved_model/1`,
 * laid out as TensorFlow Serving and transformers have it. The directory is made where there is none.
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
  await writeJson(join(directory, 'config.json'), modelConfigToJson(model.config, model.task));
  const path = 'saved_model/1/saved_model.pb';
  // Loaders look into `variables`; this model has none.
  await makeDirectory(join(directory, 'saved_model', '1', 'variables'));
  const file = exportSavedModel(model, { parameters });
  await writeChunks(join(directory, path), file);
  return { path, bytes: file.byteLength };
}

/** Writes a file piece by piece. */
async function writeChunks(path: string, file: { chunks(): Iterable<Uint8Array> }): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const chunk of file.chunks()) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}
