import { inferenceOptions, sourceArgument, textPairOption } from '../options/model';
import { delimiterOption, schemeOption } from '../options/tasks';
import { choiceFlag, defineCommand, textFlag } from '../program/command';

const group = 'Data:';

const options = {
  input: { schema: textFlag(), value: 'file', help: 'file of texts; "-" reads lines from standard input', group },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "text column, or a template; default: the run's, or the line itself",
    group,
  },
  textPair: textPairOption,
  scheme: {
    ...schemeOption,
    help: "scheme of a tagger's tags; default: the run's, or by the prefixes of the model's labels",
    group,
  },
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'lines', 'conll']).optional(),
    value: 'format',
    help: 'csv, tsv, jsonl, json, parquet, lines; default: by the extension',
    group,
  },
  delimiter: delimiterOption,
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file to write at the end, instead of standard output',
    group: 'Output:',
  },
  ...inferenceOptions,
} as const;

/** `attune predict`. */
export const predictCommand = defineCommand({
  details:
    'Prints {"label", "score", "scores"} for every row, in order; {"labels", "scores"} for several labels per text, {"value"} for a regression, {"entities"} for a tagger, with offsets in UTF-16 units. The input is streamed.',
  argument: sourceArgument,
  options,
  examples: [
    'attune predict runs/sectors --input new.csv > predictions.jsonl',
    "echo 'Dry bean farming' | attune predict runs/sectors --input -",
  ],
  async run({ flags, argument: source, io }) {
    const { tasks } = await import('../tasks');
    const { modelTask } = await import('../tasks/models');
    const task = await modelTask(source, { revision: flags.revision, io });
    await tasks[task].predict({ source, flags, io });
  },
});
