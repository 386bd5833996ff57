import { revisionOption } from '../../options/model';
import { cleaningOptions } from '../../options/tasks';
import { trainOptions } from '../../options/train';
import { type Flags, switchFlag, textFlag } from '../../program/command';

const { task, text, label, labelList, labelNames, scheme, textPair, problemType, labelSeparator } = trainOptions;
const { evalData, testData, split, groupBy, format, delimiter, maxLength } = trainOptions;
const { promptTemplate, completion, messages, chatTemplate, chatVariables } = trainOptions;

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
  ...{ problemType, labelSeparator, textPair, scheme, labelNames, promptTemplate, completion },
  ...{ messages, chatTemplate, chatVariables },
} as const;

/** The options as they were parsed. */
export type CheckFlags = Flags<typeof checkOptions>;
