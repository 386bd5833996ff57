export { type OnnxOptions, openOnnxEngine } from './engines/onnx';
export { type EngineName, type EngineOptions, engineNames, openEngine } from './open-engine';
