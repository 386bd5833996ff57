import { inferenceOptions, sourceArgument, textPairOption } from '../options/model';
import { cleanAsTrainedOption, delimiterOption, schemeOption } from '../options/tasks';
import { choiceFlag, defineCommand, listFlag, numberFlag, textFlag } from '../program/command';

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
  clean: cleanAsTrainedOption,
  keep: {
    schema: listFlag().optional(),
    value: 'columns',
    help: 'columns of the input to write beside each prediction, such as id or id,title; columns: all of them. One that the prediction has too (label) is written as input_label',
    group: 'Output:',
  },
  topK: {
    schema: numberFlag().optional(),
    value: 'n',
    help: 'write the n likeliest labels alone: "top" in place of "scores", in CSV label_2, score_2 and so on',
    group: 'Output:',
  },
  outputFormat: {
    schema: choiceFlag(['jsonl', 'csv']).optional(),
    value: 'format',
    help: 'jsonl (default), or csv: a row per text, or per entity of a tagger',
    group: 'Output:',
  },
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
    'Prints {"label", "score", "scores"} for every row, in order; {"labels", "scores"} for several labels per text, {"value"} for a regression, {"entities"} for a tagger, with offsets in UTF-16 units. The input is streamed. Off a terminal stderr gets a line every ten seconds, and the count at the end.',
  argument: { ...sourceArgument, more: "texts are read from --input: echo 'a text' | attune predict RUN --input -" },
  options,
  examples: [
    'attune predict runs/sectors --input new.csv > predictions.jsonl',
    'attune predict runs/sectors --input new.csv --keep id --top-k 3 --output-format csv > predictions.csv',
    "echo 'Dry bean farming' | attune predict runs/sectors --input -",
  ],
  async run({ flags, argument: source, io }) {
    const { tasks } = await import('../tasks');
    const { modelTask } = await import('../tasks/models');
    const task = await modelTask(source, { revision: flags.revision, io });
    await tasks[task].predict({ source, flags, io });
  },
});
