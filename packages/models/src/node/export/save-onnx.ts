import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors, Precision } from '@attune/engine';
import { modelConfigToJson } from '../../config';
import { exportModel } from '../../export/export-model';
import type { Model } from '../../model';
import { writeChunks } from './write-chunks';

/** What transformers.js calls the file of each precision (`dtype: 'fp32'` and `'q8'`). */
const fileNames: Readonly<Record<Precision, string>> = {
  fp32: 'model.onnx',
  int8: 'model_quantized.onnx',
};

export interface SaveOnnxOptions {
  readonly model: Model;
  readonly parameters: HostTensors;
  /** A file each. */
  readonly precisions: readonly Precision[];
}

export interface WrittenOnnx {
  /** Path within the directory. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes a model as transformers.js loads it into a directory that is there: `config.json` and
 * `onnx/model.onnx` (fp32) or `onnx/model_quantized.onnx` (int8).
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
  const config = modelConfigToJson(model.config, model.task);
  await writeFile(join(directory, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  await mkdir(join(directory, 'onnx'), { recursive: true });
  const written: WrittenOnnx[] = [];
  for (const precision of precisions) {
    const path = `onnx/${fileNames[precision]}`;
    const file = exportModel(model, { parameters, precision });
    await writeChunks(join(directory, path), file);
    written.push({ path, bytes: file.byteLength });
  }
  return written;
}
