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
    help: 'labeled texts, tagged words, plain texts, or prompts and completions, as for attune train',
    group,
  },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "text column, or a template; default: the run's",
    group,
  },
  label: { schema: textFlag().optional(), value: 'column', help: "label column; default: the run's", group },
  textPair: textPairOption,
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: "separator between the labels of a text with several labels; default: the run's, or ;",
    group,
  },
  labelNames: { ...labelNamesOption, help: "entity types for tags without one; default: the run's", group },
  labelList: {
    ...labelListOption,
    help: "names of labels in the order of their ids, for labels that are ids; labels that the model lacks are counted as missed; default: the run's",
  },
  scheme: {
    ...schemeOption,
    help: "scheme of a tagger's tags, and of the file's where the run has another; default: the run's, or by the prefixes of the model's labels",
    group,
  },
  seenIn: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'score a tagger also apart on sentences that are in this file (its training data), and on the others',
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
    if (task !== 'causal-lm')
      refuseFlags(flags, generative, `a model that is no causal language model, which ${source} is`);
    const { metrics, lines } = await tasks[task].evaluate({ source, flags, io });
    await writeText(io.stdout, flags.json ? `${JSON.stringify(metrics, null, 2)}\n` : lines);
  },
});
