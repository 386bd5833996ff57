// The values that options choose from. The libraries have these lists too; only their types are imported here, because `--help`
// would otherwise load the engine. A test compares the lists.
import type { Activations, Precision, QuantizedFormat } from '@attune/engine';
import type { EngineName } from '@attune/engine/node';
import type { TagScheme } from '@attune/metrics';
import type { ProblemType } from '@attune/models';
import type { Decoding, SchedulerType, Strategy, TrainingArguments, TruncationMode } from '@attune/train';
import type { BaselineMode } from '@attune/train/node';

export const engines = [
  'auto',
  'onnx',
  'onnx-webgpu',
  'onnx-cuda',
  'tfjs-node',
  'tfjs-node-gpu',
  'wasm',
  'cpu',
] as const satisfies readonly (EngineName | 'auto')[];

export const precisions = ['fp32', 'int8'] as const satisfies readonly Precision[];

export const quantizedFormats = ['int8', 'int4', 'nf4'] as const satisfies readonly QuantizedFormat[];

export const activationKinds = ['float32', 'int8'] as const satisfies readonly Activations[];

export const problemTypes = [
  'single_label_classification',
  'multi_label_classification',
  'regression',
] as const satisfies readonly ProblemType[];

export const baselines = ['default', 'tuned', 'none'] as const satisfies readonly BaselineMode[];

export const tagSchemes = [
  'IOB1',
  'IOB2',
  'IOE1',
  'IOE2',
  'IOBES',
  'BILOU',
  'IO',
] as const satisfies readonly TagScheme[];

export const decodings = ['argmax', 'constrained'] as const satisfies readonly Decoding[];

export const truncationModes = [
  'keep_start',
  'keep_end',
  'keep_completion',
] as const satisfies readonly TruncationMode[];

export const optimizers = ['adamw', 'adam', 'sgd'] as const satisfies readonly TrainingArguments['optim'][];

/** Names that transformers has for adamw. */
export const adamwNames = [
  'adamw_torch',
  'adamw_torch_fused',
  'adamw_hf',
] as const satisfies readonly TrainingArguments['optim'][];

export const schedulerTypes = [
  'linear',
  'cosine',
  'constant',
  'constant_with_warmup',
  'polynomial',
] as const satisfies readonly SchedulerType[];

export const strategies = ['no', 'steps', 'epoch'] as const satisfies readonly Strategy[];

/** The steps of `--clean`. */
export const cleanSteps = ['html', 'whitespace'] as const;

export type CleanStep = (typeof cleanSteps)[number];

export const labeledFormats = ['csv', 'tsv', 'jsonl', 'json', 'parquet'] as const;
