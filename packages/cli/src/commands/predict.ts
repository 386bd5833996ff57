import type { DataFormat } from '@attune/data/node';
import { type CommandInput, defineCommand } from '../command';
import { choiceFlag, textFlag } from '../flags';
import { inferenceOptions, sourceArgument, textPairOption } from './shared-options';

const group = 'Data:';

export const predictOptions = {
  input: { schema: textFlag(), value: 'file', help: 'texts; "-" reads lines from standard input', group },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "the text: a column or a template; default: the run's, or the line itself",
    group,
  },
  textPair: textPairOption,
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'parquet', 'lines', 'conll']).optional(),
    value: 'format',
    help: 'csv, tsv, jsonl, parquet, lines; default: by the extension',
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
  details:
    'Prints {"label", "score", "scores"} for every row, in order; {"labels", "scores"} of a model with several labels a text, {"value"} of a regression, {"entities"} of a tagger, with offsets in UTF-16 units. The input is streamed.',
  argument: sourceArgument,
  options: predictOptions,
  examples: [
    'attune predict runs/sectors --input new.csv > predictions.jsonl',
    "echo 'Dry bean farming' | attune predict runs/sectors --input -",
  ],
  async run(input) {
    const { predictByTask } = await import('../predict/by-task');
    return predictByTask(input);
  },
});

export type PredictInput = CommandInput<typeof predictOptions>;

/** The same for models of texts: no format that holds words. */
export type LabelledPredictInput = Omit<PredictInput, 'flags'> & {
  readonly flags: Omit<PredictInput['flags'], 'format'> & { readonly format?: DataFormat };
};
