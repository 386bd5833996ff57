import { type CommandInput, defineCommand } from '../command';
import { choiceFlag, textFlag } from '../flags';
import { inferenceOptions, sourceArgument } from './shared-options';

const group = 'Data:';

export const predictOptions = {
  input: { schema: textFlag(), value: 'file', help: 'texts; "-" reads lines from standard input', group },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "the text: a column or a template; default: the run's, or the line itself",
    group,
  },
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'lines']).optional(),
    value: 'format',
    help: 'csv, tsv, jsonl, lines; default: by the extension',
    group,
  },
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'write here, when all is done, instead of to standard output',
    group: 'Output:',
  },
  ...inferenceOptions,
} as const;

/** `attune predict`. */
export const predictCommand = defineCommand({
  name: 'predict',
  summary: 'Predict the labels of texts, one JSON object a text',
  details: 'Prints {"label", "score", "scores"} for every row, in order. The input is streamed.',
  argument: sourceArgument,
  options: predictOptions,
  examples: [
    'attune predict runs/sectors --input new.csv > predictions.jsonl',
    "echo 'Dry bean farming' | attune predict runs/sectors --input -",
  ],
  async run(input) {
    const { runPredict } = await import('../predict/run');
    return runPredict(input);
  },
});

export type PredictInput = CommandInput<typeof predictOptions>;
