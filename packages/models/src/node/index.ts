export { type AdapterBase, type LoadedAdapter, loadAdapter, type SavableAdapter, saveAdapter } from './adapter/adapter';
export { openSafetensors, type ReadTensor, type Weights } from './checkpoint/open-safetensors';
export { type Checkpoint, readCheckpoint } from './checkpoint/read-checkpoint';
export { type FileWriter, writeDirectoryAtomically, writeFileAtomically } from './checkpoint/write-atomically';
export { type WritableTensor, writeSafetensors } from './checkpoint/write-safetensors';
export type { DownloadProgress } from './hub/download-model';
export { type ResolveOptions, resolveModelSource } from './hub/resolve-model-source';
export { type LoadedModel, type LoadOptions, loadModel } from './load-model';
export { type PushOptions, pushModel } from './push/push-model';
export type { PushProgress } from './push/upload-files';
export {
  type SaveOnnxOptions,
  type SaveSavedModelOptions,
  saveOnnx,
  saveSavedModel,
  type WrittenOnnx,
  type WrittenSavedModel,
} from './save-export';
export { type SavableModel, saveModel } from './save-model';
