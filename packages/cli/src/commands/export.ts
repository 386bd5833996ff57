import { type CommandInput, defineCommand } from '../command';
import { choiceFlag, switchFlag, textFlag } from '../flags';
import { revisionOption, sourceArgument } from './shared-options';

const tasks = ['sequence-classification', 'token-classification', 'masked-lm'] as const;

export const exportOptions = {
  task: {
    schema: choiceFlag(tasks).optional(),
    value: 'task',
    help: `what the model is for: ${tasks.join(', ')}; default: as its config.json says`,
  },
  format: {
    schema: choiceFlag(['onnx', 'savedmodel']),
    value: 'format',
    help: 'onnx, or savedmodel for TensorFlow (saved_model/1)',
  },
  precision: {
    schema: choiceFlag(['fp32', 'int8', 'both']).default('fp32'),
    value: 'precision',
    help: 'of onnx: fp32 (onnx/model.onnx, default), int8 (onnx/model_quantized.onnx), both',
  },
  output: {
    schema: textFlag().optional(),
    value: 'directory',
    help: 'the directory to write; default: export in the run',
  },
  revision: revisionOption,
  overwrite: { schema: switchFlag(), help: 'replace what is in that directory' },
} as const;

/** `attune export`. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Export a trained model for transformers.js, ONNX runtimes and TensorFlow',
  details:
    'Writes config.json, the tokenizer and onnx/*.onnx, or saved_model/1. Inputs: input_ids, attention_mask and, for BERT, token_type_ids, of any batch and length.',
  argument: sourceArgument,
  options: exportOptions,
  examples: [
    'attune export runs/sectors --format onnx --precision int8 --output web/sectors',
    'attune export runs/sectors --format savedmodel --output served/sectors',
  ],
  async run(input) {
    const { runExport } = await import('../export/run');
    return runExport(input);
  },
});

export type ExportInput = CommandInput<typeof exportOptions>;
