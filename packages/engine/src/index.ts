export { AttuneError } from './attune-error';
export type { CacheLimits } from './engines/cache';
export type {
  CompiledProgram,
  CompileOptions,
  Engine,
  GradientOptions,
  Products,
  StepResult,
  Training,
  TrainingState,
} from './engines/engine';
export { type ExportOptions, exportToOnnx, type Precision, precisions } from './engines/onnx/export';
export type { OnnxFile } from './engines/onnx/file';
export type { OnnxGraph } from './engines/onnx/graph';
export { lowerToOnnx } from './engines/onnx/lower';
export { openCpuEngine } from './engines/replay/engine';
export { openWasmEngine, type WasmOptions } from './engines/replay/wasm';
export { exportToSavedModel, type SavedModelOptions } from './engines/tensorflow/export';
export type { TensorflowGraph } from './engines/tensorflow/graph';
export type { SavedModelFile } from './engines/tensorflow/saved-model';
export type { CommonConfig, OptimizerConfig } from './host/optimizers/optimizer';
export { fold, keyOf, normal, uniform } from './host/random';
export { dequantiseInto, type QuantisedData } from './kernels/quantized/dequantise';
export {
  type QuantisedFormat,
  type QuantisedLayout,
  quantisedBlock,
  quantisedFormats,
  quantisedLayout,
  quantisedLevels,
  quantisedSpecs,
} from './kernels/quantized/formats';
export { type AttentionInputs, attention, byHeads, type CausalPositions, sequenceBias } from './ops/attention';
export { type DropoutSource, dropout } from './ops/dropout';
export { embedding } from './ops/embedding';
export { geluErf } from './ops/gelu-erf';
export { layerNorm } from './ops/layer-norm';
export { linear } from './ops/linear';
export { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from './ops/losses';
export { type QuantisedMatrix, quantizedLinear } from './ops/quantized-linear';
export { recomputed } from './ops/recomputed';
export { rmsNorm } from './ops/rms-norm';
export { type Rotation, rope, rotationOf } from './ops/rope';
export { silu } from './ops/silu';
export { optimise } from './passes/optimise';
export type { Node, Program } from './program';
export { gradientName, withGradients } from './record/gradients';
export { type ProgramFunction, record, type Specs, type Tensors } from './record/record';
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
