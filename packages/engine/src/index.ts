// Engines and their programs.

export type { CacheLimits } from './compile/executable';
export type { CompiledProgram, CompileOptions } from './compile/runner';
export type { Engine } from './engines/engine';
export { openCpuEngine, openWasmEngine, type WasmOptions } from './engines/tfjs';
export type { OptimizerConfig } from './training/optimizers';
export type { Training, TrainingState } from './training/training';

// Tensors in ordinary memory.

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

// Differentiable operations, for programs in TensorFlow.js.

export { geluErf, geluTanh, silu } from './ops/activations';
export { attention, bucketBias, sequenceBias, splitHeads } from './ops/attention';
export { type DistillationOptions, sigmoidDistillation, softmaxDistillation } from './ops/distillation';
export { type DropoutSource, dropout } from './ops/dropout/dropout';
export { embedding } from './ops/gather';
export { linear } from './ops/linear';
export { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from './ops/losses';
export { layerNorm, rmsNorm } from './ops/normalization';
export { recomputed } from './ops/recomputed';
export { type Rotation, rope, rotationOf } from './ops/rope';

// Frozen matrices in 8 or 4 bits.

export {
  dequantizeInto,
  type QuantizedFormat,
  quantizedBlock,
  quantizedFormats,
  quantizedLayout,
  quantizedLevels,
  quantizedSpecs,
} from './ops/quantized/formats';
export { quantizedLinear } from './ops/quantized/linear';

// Stages of a program: record, differentiate, optimize, lower.

export { lowerToOnnx } from './compile/lower-onnx';
export { optimize } from './passes/optimize';
export type { Program } from './program';
export { gradientName, type ProgramFunction, record, type Specs, type Tensors, withGradients } from './record/record';

// Programs as files.

export { type Activations, activationKinds } from './export/lowerings';
export { type ExportOptions, exportToOnnx, type Precision, precisions } from './export/onnx';
export { exportToSavedModel, type SavedModelOptions } from './export/saved-model';
export type { OnnxFile } from './graphs/onnx-file';
export type { OnnxGraph } from './graphs/onnx-graph';
export type { SavedModelFile } from './graphs/saved-model';
export type { TensorflowGraph } from './graphs/tensorflow-graph';

// Counter-based random numbers.

export { fold, keyOf, normal, uniform } from './random';

// Errors.

export { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
