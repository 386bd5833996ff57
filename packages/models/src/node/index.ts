export { openSafetensors, type ReadTensor, type Weights } from './checkpoint/open-safetensors';
export { type Checkpoint, readCheckpoint } from './checkpoint/read-checkpoint';
export { resolveModelSource } from './checkpoint/resolve-model-source';
export { writeDirectoryAtomically } from './checkpoint/write-directory-atomically';
export { writeFileAtomically } from './checkpoint/write-file-atomically';
export { type WritableTensor, writeSafetensors } from './checkpoint/write-safetensors';
export { type LoadedModel, type LoadOptions, loadModel } from './load-model';
export { type SavableModel, saveModel } from './save-model';
