import { revisionOption } from '../../options/model';
import { cleaningOptions } from '../../options/tasks';
import { trainOptions } from '../../options/train';
import { defineCommand, switchFlag, type TypedOptions, textFlag } from '../../program/command';

const { task, text, label, labelList, labelNames, scheme, textPair, problemType, labelSeparator } = trainOptions;
const { evalData, testData, split, groupBy, format, delimiter, maxLength } = trainOptions;
const { promptTemplate, completion, messages, chatTemplate } = trainOptions;

/** The options of `attune check`: those of `attune train` that say how data are read. */
export const checkOptions = {
  config: {
    ...trainOptions.config,
    help: "read these options from attune train's config file, or a run's config.json; typed options take precedence",
  },
  task: { ...task, help: `task to check for: ${task.help.replace(/^.*: /, '')}` },
  model: {
    schema: textFlag().optional(),
    value: 'model',
    help: 'measure lengths by the tokenizer of this model: a directory, a run, or a Hugging Face hub id; default: in words',
    group: task.group,
  },
  revision: { ...revisionOption, group: task.group },
  maxLength: {
    ...maxLength,
    help: "maximum tokens per text, to count those that are cut; default: the model's maximum",
  },
  json: { schema: switchFlag(), help: 'print what is found as JSON', group: task.group },
  ...{ text, label, labelList, evalData: { ...evalData, help: 'validation data, which share no text with FILE' } },
  testData: { ...testData, help: 'test data, which share no text with the others' },
  split: { ...split, help: 'how attune train would split FILE, for classes too small for that; default 80/10/10' },
  ...{ groupBy, format, delimiter },
  ...cleaningOptions,
  ...{ problemType, labelSeparator, textPair, scheme, labelNames, promptTemplate, completion, messages, chatTemplate },
} as const;

/** `attune check`. */
export const checkCommand = defineCommand({
  argument: { name: 'file', help: 'training data, as for attune train --data' },
  options: checkOptions,
  async complete(typed) {
    if (typed.config === undefined) return typed;
    const { withConfigFile } = await import('../../config/stored-options');
    return ofCheck({ ...(await withConfigFile(typed, trainOptions)) });
  },
  details:
    'Reads data as attune train does, trains nothing, and says what it finds: labels and their counts, rows that are empty, double, cut or in conflict, lengths, texts that parts share, tags that do not fit the scheme, classes too small to split. Exit code 1 where training or its scores would be misled.',
  examples: [
    'attune check jobs.csv --task sequence-classification --text description --label sector',
    'attune check jobs.csv --config attune.config.yaml',
    'attune check train.conll --task token-classification --eval-data dev.conll --model path/to/bert',
    'attune check postings.jsonl --task masked-lm --text text --json > found.json',
  ],
  async run(input) {
    const { runCheck } = await import('./run');
    return runCheck(input);
  },
});

/** Those of `attune train` that this command has; a new model has no tokenizer yet. */
function ofCheck({ model, ...typed }: TypedOptions): TypedOptions {
  const own = Object.entries(typed).filter(([name]) => name in checkOptions);
  return { ...Object.fromEntries(own), ...(model !== 'new' && { model }) };
}
