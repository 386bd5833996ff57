export { checkEngines, type EngineCheck } from './check-engines';
export { type EngineName, engineNames } from './engines/list';
export { type OnnxOptions, openOnnxEngine } from './engines/onnx';
export { measureEngine } from './measure';
export { type FileTensor, type OpenedOnnxFile, type OpenOnnxFileOptions, openOnnxFile } from './onnx-file';
export { type EngineOptions, openEngine } from './open-engine';
