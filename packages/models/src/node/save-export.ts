import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors, Precision } from '@attune/engine';
import { makeDirectory, writeJson } from '@attune/internal/node';
import { modelConfigToJson } from '../config';
import { exportModel, exportSavedModel } from '../export/export-model';
import type { Model } from '../model';

/** transformers.js' file name of each precision (`dtype: 'fp32'` and `'q8'`). */
const fileNames: Readonly<Record<Precision, string>> = {
  fp32: 'model.onnx',
  int8: 'model_quantized.onnx',
};

/** Options of `saveOnnx`. */
export interface SaveOnnxOptions {
  /** Model to write. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
  /** Precisions, one file per precision. */
  readonly precisions: readonly Precision[];
}

/** A written ONNX file. */
export interface WrittenOnnx {
  /** Path within the directory. */
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
}

/**
 * Writes a model in transformers.js' layout: `config.json` and `onnx/model.onnx` (fp32) or
 * `onnx/model_quantized.onnx` (int8). Creates the directory if needed.
 *
 * Use it inside `writeDirectoryAtomically`, together with the tokenizer's files.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on
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

/** Options of `saveSavedModel`. */
export interface SaveSavedModelOptions {
  /** Model to write; not a decoder. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
}

/** A written SavedModel. */
export interface WrittenSavedModel {
  /** Path within the directory. */
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
}

/**
 * Writes a model for TensorFlow's tools: `config.json` and the SavedModel `saved_model/1`,
 * in the layout of TensorFlow Serving and transformers. Creates the directory if needed.
 *
 * Use it inside `writeDirectoryAtomically`, together with the tokenizer's files.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on; EXPORT_UNSUPPORTED for a decoder
 * @example
 * await saveSavedModel('exported', { model, parameters }); // then, in Python, tf.saved_model.load('exported/saved_model/1')
 */
export async function saveSavedModel(
  directory: string,
  { model, parameters }: SaveSavedModelOptions,
): Promise<WrittenSavedModel> {
  await writeJson(join(directory, 'config.json'), modelConfigToJson(model.config, model.task));
  const path = 'saved_model/1/saved_model.pb';
  // Loaders expect `variables`, which is empty here.
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
