import { parseFractions } from '@attune/data';
import type { z } from 'zod';
import { choiceFlag, type Flags, listFlag, numberFlag, type Options, switchFlag, textFlag } from '../program/command';
import { engineOption, revisionOption } from './model';
import { causalLmOptions, dataFormatOption, maskedLmOptions, sequenceOptions, tokenOptions } from './tasks';
import { loraOptions, trainingOptions } from './training';

const data = 'Data:';
const run = 'Run:';

const trainTasks = ['sequence-classification', 'token-classification', 'masked-lm', 'causal-lm'] as const;

const splitFlag = textFlag().transform((text, context) => {
  try {
    parseFractions(text);
  } catch (error) {
    context.addIssue((error as Error).message.replace(/^split: /, ''));
  }
  return text;
});

export const trainOptions = {
  config: {
    schema: textFlag().optional(),
    value: 'file',
    help: "options from a file: attune.config.ts, .json or .yaml, or a run's config.json; those typed here come first",
    group: run,
  },
  task: {
    schema: choiceFlag(trainTasks),
    value: 'task',
    help: `what to learn: ${trainTasks.join(', ')}`,
    group: run,
  },
  model: {
    schema: textFlag(),
    value: 'model',
    help: 'a directory, a Hugging Face hub id (downloaded once into the cache that Python uses), or "new"',
    group: run,
  },
  revision: { ...revisionOption, group: run },
  modelConfig: {
    schema: textFlag().optional(),
    value: 'file',
    help: "a new model's config.json, where it differs from 4 layers, hidden 256, 4 heads, 8,000 WordPieces (of causal-lm byte pairs)",
    group: run,
  },
  out: { schema: textFlag(), value: 'directory', help: 'the run directory to write', group: run },
  overwrite: { schema: switchFlag(), help: 'replace the run that is there', group: run },
  resume: {
    schema: switchFlag(),
    help: "go on from the newest checkpoint in --out, with that run's own options",
    group: run,
  },
  reportTo: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'tell others of the run: tensorboard, wandb, or both with a comma',
    group: run,
  },
  json: { schema: switchFlag(), help: 'print the summary as JSON', group: run },
  data: {
    schema: textFlag(),
    value: 'file',
    help: 'labelled texts, or prompts and completions: CSV, TSV or JSON lines; tagged words: CoNLL or JSON lines; of masked-lm and causal-lm plain texts too',
    group: data,
  },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'the text: a column, or a template such as "{title}. {description}"; of the words in CoNLL a number, default 0',
    group: data,
  },
  label: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'the column of labels; of the tags in CoNLL a number, from the end if negative, default -1',
    group: data,
  },
  evalData: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'evaluate on this file and train on all of --data',
    group: data,
  },
  testData: { schema: textFlag().optional(), value: 'file', help: 'report results on this file', group: data },
  split: {
    schema: splitFlag.optional(),
    value: 'percents',
    help: 'share --data out: 80/10/10 training, validation, test (default; 95/5 of masked-lm), or 80/20 with no test part',
    group: data,
  },
  folds: {
    schema: numberFlag().optional(),
    value: 'k',
    help: 'cross-validate: train k times, each time without one k-th of --data, and report mean and deviation',
    group: data,
  },
  groupBy: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'keep rows with the same value in one part',
    group: data,
  },
  format: dataFormatOption,
  ...sequenceOptions,
  ...tokenOptions,
  ...maskedLmOptions,
  ...causalLmOptions,
  ...loraOptions,
  ...trainingOptions,
  engine: engineOption,
} as const;

export type TrainFlags = Flags<typeof trainOptions>;

type Given<O extends Options> = { readonly [Name in keyof O]?: z.input<O[Name]['schema']> };

type GivenByAlias<O extends Options> = {
  readonly [Name in keyof O as O[Name] extends { readonly alias: infer Alias extends string }
    ? Alias
    : never]?: z.input<O[Name]['schema']>;
};

/**
 * What a config file of `attune train` holds: its options, in camelCase.
 *
 * @example
 * export default { data: 'jobs.csv', epochs: 5, freeze: ['bert.embeddings.*'] } satisfies TrainConfig;
 */
export type TrainConfig = Omit<Given<typeof trainOptions>, 'config' | 'resume'> & GivenByAlias<typeof trainOptions>;
