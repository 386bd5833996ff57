/**
 * Models in files and on the hub, for Node: loading, saving, adapters, export and upload.
 *
 * @example
 * const { model, parameters } = await loadModel('google-bert/bert-base-uncased', { labels: ['spam', 'ham'] });
 * await writeDirectoryAtomically('saved', (directory) => saveModel(directory, { ...model, parameters }));
 *
 * @packageDocumentation
 */

// Models and adapters.

export { type AdapterBase, type LoadedAdapter, loadAdapter, type SavableAdapter, saveAdapter } from './adapter/adapter';
export { tiedAdvice } from './checkpoint/tied-heads';
export { type LoadedModel, type LoadedQuantizedModel, type LoadOptions, loadModel } from './load-model';
export { type SavableModel, saveModel } from './save-model';

// Export to files that transformers.js and TensorFlow load.

export {
  type SaveOnnxOptions,
  type SaveSavedModelOptions,
  saveOnnx,
  saveSavedModel,
  type WrittenOnnx,
  type WrittenSavedModel,
} from './save-export';

// Hugging Face hub.

export type { DownloadProgress } from './hub/download-model';
export { type Reach, reachOf } from './hub/proxy';
export { type ResolveOptions, resolveModelSource } from './hub/resolve-model-source';
export { filesToPush } from './push/files-to-push';
export { publicRecord } from './push/public-files';
export { checkRepository, type PushOptions, pushModel } from './push/push-model';
export type { ModelFile, PushProgress } from './push/upload-files';

// Checkpoint files, tensor by tensor, and atomic writes.

export { type FileWriter, writeDirectoryAtomically, writeFileAtomically } from '@attune/internal/node';
export { openSafetensors, type ReadTensor, type Weights } from './checkpoint/open-safetensors';
export { type Checkpoint, readCheckpoint } from './checkpoint/read-checkpoint';
export { type FileDigest, isWeightsDigest, type WeightsDigest } from './checkpoint/weights-digest';
export { type WritableTensor, writeSafetensors } from './checkpoint/write-safetensors';
