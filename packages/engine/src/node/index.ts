export { type OnnxOptions, openOnnxEngine } from './engines/onnx';
export { type FileTensor, type OpenedOnnxFile, type OpenOnnxFileOptions, openOnnxFile } from './onnx-file';
export { type EngineName, type EngineOptions, engineNames, openEngine } from './open-engine';
