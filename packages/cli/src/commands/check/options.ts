import { revisionOption } from '../../options/model';
import { cleaningOptions } from '../../options/tasks';
import { trainOptions } from '../../options/train';
import { type Flags, switchFlag, textFlag } from '../../program/command';

const { task, text, label, labelList, labelNames, scheme, textPair, problemType, labelSeparator } = trainOptions;
const { evalData, testData, split, groupBy, format, delimiter, maxLength } = trainOptions;
const { promptTemplate, completion, messages, chatTemplate, chatVariables } = trainOptions;

/** The options of `attune check`: those of `attune train` that decide how data are read. */
export const checkOptions = {
  config: {
    ...trainOptions.config,
    help: "read these options from a config file of attune train or a run's config.json; options on the command line take precedence",
  },
  task: { ...task, help: `task that the data are for: ${task.help.replace(/^.*: /, '')}` },
  model: {
    schema: textFlag().optional(),
    value: 'model',
    help: 'measure lengths in tokens of this model: a run directory, a model directory, or a Hugging Face hub id; default: in words',
    group: task.group,
  },
  revision: { ...revisionOption, group: task.group },
  maxLength: {
    ...maxLength,
    help: "maximum tokens per text; longer texts are counted as truncated; default: the model's maximum",
  },
  json: { schema: switchFlag(), help: 'print the findings as JSON', group: task.group },
  ...{
    text,
    label,
    labelList,
    evalData: { ...evalData, help: 'validation data, which should share no text with FILE' },
  },
  testData: { ...testData, help: 'test data, which should share no text with the other files' },
  split: {
    ...split,
    help: 'percentages by which attune train would split FILE, to find classes that are too small; default 80/10/10',
  },
  ...{ groupBy, format, delimiter },
  ...cleaningOptions,
  ...{ problemType, labelSeparator, textPair, scheme, labelNames, promptTemplate, completion },
  ...{ messages, chatTemplate, chatVariables },
} as const;

/** The parsed options. */
export type CheckFlags = Flags<typeof checkOptions>;
