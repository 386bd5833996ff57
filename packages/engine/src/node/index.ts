// Engines.

export { checkEngines, type EngineCheck, measureEngine } from './check-engines';
export { type EngineName, engineNames } from './engine-list';
export { type OnnxOptions, openOnnxEngine } from './onnx';
export { type EngineOptions, openEngine } from './open-engine';

// Exported files.

export { type FileTensor, type OpenedOnnxFile, type OpenOnnxFileOptions, openOnnxFile } from './onnx-file';
