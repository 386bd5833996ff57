import type { DataFormat } from '@attune/data/node';
import { type CommandInput, defineCommand } from '../command';
import { switchFlag, textFlag } from '../flags';
import { adapterOption, inferenceOptions, quantizeOption, sourceArgument, textPairOption } from './shared-options';
import { dataFormatOption, labelNamesOption } from './task-options';
import { writingOptions } from './writing-options';

const group = 'Data:';

export const evalOptions = {
  data: {
    schema: textFlag(),
    value: 'file',
    help: 'labelled texts, tagged words, plain texts, or prompts and completions, as attune train reads them',
    group,
  },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "the text: a column or a template; default: the run's",
    group,
  },
  label: { schema: textFlag().optional(), value: 'column', help: "the column of labels; default: the run's", group },
  textPair: textPairOption,
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: "what stands between the labels of a text that may have several; default: the run's, or ;",
    group,
  },
  labelNames: { ...labelNamesOption, help: "what entities are, for tags that do not say; default: the run's", group },
  seenIn: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'a tagger’s figures also of the sentences that are in this file too (its training data), and of the others',
    group,
  },
  format: dataFormatOption,
  ...writingOptions,
  adapter: adapterOption,
  quantize: quantizeOption,
  json: { schema: switchFlag(), help: 'print the metrics as JSON', group: 'Output:' },
  ...inferenceOptions,
} as const;

/** `attune eval`. */
export const evalCommand = defineCommand({
  name: 'eval',
  summary: 'Measure a trained model on labelled texts',
  argument: sourceArgument,
  options: evalOptions,
  examples: ['attune eval runs/sectors --data test.csv --json > metrics.json'],
  async run(input) {
    const { evalByTask } = await import('../eval/by-task');
    return evalByTask(input);
  },
});

export type EvalInput = CommandInput<typeof evalOptions>;

/** The same for models of labelled texts: no format that holds tagged words. */
export type LabelledEvalInput = Omit<EvalInput, 'flags'> & {
  readonly flags: Omit<EvalInput['flags'], 'format'> & { readonly format?: DataFormat };
};
