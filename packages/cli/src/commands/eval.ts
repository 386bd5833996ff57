import { adapterOption, inferenceOptions, quantizeOption, sourceArgument, textPairOption } from '../options/model';
import {
  causalLmOptions,
  cleanAsTrainedOption,
  cleaningOptions,
  dataFormatOption,
  delimiterOption,
  labelListOption,
  labelNamesOption,
  schemeOption,
} from '../options/tasks';
import { defineCommand, refuseFlags, switchFlag, textFlag } from '../program/command';
import { writeText } from '../program/terminal';

const group = 'Data:';

const options = {
  data: {
    schema: textFlag(),
    value: 'file',
    help: 'evaluation data: labeled texts, tagged words, plain texts, or prompts and completions, as for attune train',
    group,
  },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'text column, or a template such as "{title}. {description}"; default: the run\'s',
    group,
  },
  label: { schema: textFlag().optional(), value: 'column', help: "label column; default: the run's", group },
  textPair: textPairOption,
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'separator between several labels of a text; default: the run\'s, or ";"',
    group,
  },
  labelNames: {
    ...labelNamesOption,
    help: "entity types for tags without a type (B, I, O), one name per column of --label; default: the run's",
    group,
  },
  labelList: {
    ...labelListOption,
    help: "names of all labels in the order of their ids, comma-separated or in a file with one name per line; labels that the model lacks count as missed; default: the run's",
  },
  scheme: {
    ...schemeOption,
    help: "tagging scheme of the data, and of the model where no run records one; default: the run's, or inferred from the prefixes of the labels",
    group,
  },
  seenIn: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'also score the model separately on texts (sentences of a tagger) that occur in this file, such as its training data, and on those that do not',
    group,
  },
  format: dataFormatOption,
  delimiter: delimiterOption,
  ...cleaningOptions,
  clean: cleanAsTrainedOption,
  ...causalLmOptions,
  adapter: adapterOption,
  quantize: quantizeOption,
  json: { schema: switchFlag(), help: 'print the metrics as JSON', group: 'Output:' },
  ...inferenceOptions,
} as const;

/** `attune eval`. */
export const evalCommand = defineCommand({
  argument: sourceArgument,
  options,
  examples: ['attune eval runs/sectors --data test.csv --json > metrics.json'],
  async run({ flags, argument: source, io }) {
    const { tasks } = await import('../tasks');
    const { modelTask } = await import('../tasks/models');
    const task = await modelTask(source, { revision: flags.revision, io });
    const generative = [...Object.keys(causalLmOptions), 'adapter', 'quantize'];
    if (task !== 'causal-lm') refuseFlags(flags, generative, `by ${source}, which is not a causal language model`);
    const { metrics, lines } = await tasks[task].evaluate({ source, flags, io });
    await writeText(io.stdout, flags.json ? `${JSON.stringify(metrics, null, 2)}\n` : lines);
  },
});
