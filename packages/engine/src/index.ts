export { AttuneError } from './attune-error';
export type { CacheLimits } from './compile/executable';
export { lowerToOnnx } from './compile/lower-onnx';
export type { CompiledProgram, CompileOptions } from './compile/runner';
export type { Engine } from './engines/engine';
export { openCpuEngine, openWasmEngine, type WasmOptions } from './engines/tfjs';
export { type ExportOptions, exportToOnnx, type Precision, precisions } from './export/onnx';
export { exportToSavedModel, type SavedModelOptions } from './export/saved-model';
export type { OnnxFile } from './graphs/onnx-file';
export type { OnnxGraph } from './graphs/onnx-graph';
export type { SavedModelFile } from './graphs/saved-model';
export type { TensorflowGraph } from './graphs/tensorflow-graph';
export { geluErf, silu } from './ops/activations';
export { type AttentionInputs, attention, byHeads, type CausalPositions, sequenceBias } from './ops/attention';
export { type DropoutSource, dropout } from './ops/dropout/dropout';
export { embedding } from './ops/gather';
export { linear } from './ops/linear';
export { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from './ops/losses';
export { layerNorm, rmsNorm } from './ops/normalization';
export {
  dequantiseInto,
  type QuantisedData,
  type QuantisedFormat,
  type QuantisedLayout,
  quantisedBlock,
  quantisedFormats,
  quantisedLayout,
  quantisedLevels,
  quantisedSpecs,
} from './ops/quantized/formats';
export { type QuantisedMatrix, quantizedLinear } from './ops/quantized/linear';
export { recomputed } from './ops/recomputed';
export { type Rotation, rope, rotationOf } from './ops/rope';
export { optimise } from './passes/optimize';
export type { Node, Products, Program } from './program';
export { fold, keyOf, normal, uniform } from './random';
export { gradientName, type ProgramFunction, record, type Specs, type Tensors, withGradients } from './record/record';
export {
  type DType,
  float32,
  type HostTensor,
  type HostTensors,
  int32,
  sizeOf,
  type TensorSpec,
  uint8,
} from './tensor';
export type { CommonConfig, OptimizerConfig } from './training/optimizers';
export type { GradientOptions, StepResult, Training, TrainingState } from './training/training';
