import { type CommandInput, defineCommand } from '../command';
import { switchFlag, textFlag } from '../flags';
import { inferenceOptions, labelledFormatOption, sourceArgument } from './shared-options';

const group = 'Data:';

export const evalOptions = {
  data: { schema: textFlag(), value: 'file', help: 'labelled texts: CSV, TSV or JSON lines', group },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: "the text: a column or a template; default: the run's",
    group,
  },
  label: { schema: textFlag().optional(), value: 'column', help: "the column of labels; default: the run's", group },
  format: labelledFormatOption,
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
    const { runEval } = await import('../eval/run');
    return runEval(input);
  },
});

export type EvalInput = CommandInput<typeof evalOptions>;
