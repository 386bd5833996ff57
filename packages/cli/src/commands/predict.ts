import { typedCommand } from '@attune/internal';
import { inferenceOptions, sourceArgument, textPairOption } from '../options/model';
import { cleanAsTrainedOption, delimiterOption, schemeOption } from '../options/tasks';
import { choiceFlag, defineCommand, listFlag, numberFlag, textFlag } from '../program/command';

const group = 'Data:';

const options = {
  input: { schema: textFlag(), value: 'file', help: 'file of texts; "-" reads lines from standard input', group },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'text column, or a template such as "{title}. {description}"; default: the run\'s, or the whole line',
    group,
  },
  textPair: textPairOption,
  scheme: {
    ...schemeOption,
    help: "tagging scheme of the model; default: the run's, or inferred from the prefixes of the labels",
    group,
  },
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'lines', 'conll']).optional(),
    value: 'format',
    help: 'file format: csv, tsv, jsonl, json, parquet, lines; default: from the file extension',
    group,
  },
  delimiter: delimiterOption,
  clean: cleanAsTrainedOption,
  keep: {
    schema: listFlag().optional(),
    value: 'columns',
    help: 'input columns to write with each prediction, such as id or id,title, or "columns" for all; a column with the name of a prediction field (label) is written as input_label',
    group: 'Output:',
  },
  topK: {
    schema: numberFlag().optional(),
    value: 'n',
    help: 'write only the n most likely labels: "top" replaces "scores"; in CSV the columns label_2, score_2 and so on',
    group: 'Output:',
  },
  outputFormat: {
    schema: choiceFlag(['jsonl', 'csv']).optional(),
    value: 'format',
    help: 'output format: jsonl (default), or csv with a row per text, or per entity for a tagger',
    group: 'Output:',
  },
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file to write instead of standard output, once all predictions are there',
    group: 'Output:',
  },
  ...inferenceOptions,
} as const;

/** `attune predict`. */
export const predictCommand = defineCommand({
  details:
    'Prints {"label", "score", "scores"} per row, in order; {"labels", "scores"} for several labels per text, {"value"} for a regression, {"entities"} for a tagger, with offsets in UTF-16 units. The input is streamed. Where stderr is not a terminal, it receives a progress line every ten seconds and the final count.',
  argument: {
    ...sourceArgument,
    more: `texts are read from --input: echo 'a text' | ${typedCommand('predict RUN --input -')}`,
  },
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
