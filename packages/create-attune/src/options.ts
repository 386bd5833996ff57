// The options of `create-attune`, their help, and their errors.
import { parseArgs } from 'node:util';
import { AttuneError, didYouMean, joined } from '@attune/internal';

/** The tasks of `attune train`, with descriptions. */
export const tasks = {
  'sequence-classification': 'assign a label to each text',
  'token-classification': 'find entities in texts, such as names or skills',
  'masked-lm': 'adapt a model to your kind of text, without labels',
  'causal-lm': 'generate text, or completions of prompts',
} as const;

export type TaskName = keyof typeof tasks;

const taskNames = Object.keys(tasks) as TaskName[];

const flags = {
  task: { type: 'string' },
  data: { type: 'string' },
  text: { type: 'string' },
  label: { type: 'string' },
  'prompt-template': { type: 'string' },
  completion: { type: 'string' },
  model: { type: 'string' },
  packages: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

export const help = `Usage: npm create attune [folder] -- [options]

Creates a project that trains a model on your file and predicts with it: package.json, attune.config.yaml
and predict.js. On a terminal it asks for missing options.

Options:
  --task <task>                 sequence-classification, token-classification, masked-lm or causal-lm;
                                default: guessed from the file
  --data <file>                 training data: CSV, TSV, JSON lines, JSON or Parquet; tagged words: CoNLL,
                                JSON lines or Parquet; masked-lm and causal-lm also take plain texts (.txt)
  --text <column>               text column, or a template such as "{title}. {description}"; for CoNLL the
                                number of the column of words, from 0
  --label <column>              label column; for CoNLL the number of the column of tags, from 0;
                                default for CoNLL: the last
  --prompt-template <template>  of causal-lm: prompt before --completion, such as "Skills of: {description}"
  --completion <column>         of causal-lm: column or template of the completion, such as " {skills}"
  --model <model>               model to start from: a directory, a Hugging Face hub id, or new; default new
  --packages <directory>        install Attune from the tarballs in this directory, as "npm run pack" writes
                                them in a clone; default: from the npm registry
  -y, --yes                     ask nothing; accept guesses and defaults
  -h, --help                    show this help
  --version                     show the version

Exit codes: 0, 1 (failed), 130 (interrupted).

Examples:
  npm create attune my-app -- --task sequence-classification --data jobs.csv --text description --label sector
  npm create attune my-app -- --data train.conll --yes
`;

/** The typed options. */
export interface Options {
  readonly folder?: string;
  readonly task?: TaskName;
  readonly data?: string;
  readonly text?: string;
  readonly label?: string;
  readonly promptTemplate?: string;
  readonly completion?: string;
  readonly model?: string;
  readonly packages?: string;
  readonly yes?: boolean;
  readonly help?: boolean;
  readonly version?: boolean;
}

/** @throws AttuneError ARGUMENT_INVALID for an unknown option or a wrong value */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parsed(argv);
  if (positionals.length > 1)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `folder: expected one, got ${positionals.join(' ')}; name options with --, as in --task sequence-classification`,
    );
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string' && value.trim() === '')
      throw new AttuneError('ARGUMENT_INVALID', `--${name}: expected a value, got an empty one`);
  const { task, 'prompt-template': promptTemplate, ...rest } = values;
  return {
    folder: positionals[0],
    ...(task !== undefined && { task: taskNamed('--task', task) }),
    promptTemplate,
    ...rest,
  };
}

function taskNamed(where: string, name: string): TaskName {
  const task = taskNames.find((each) => each === name);
  if (task !== undefined) return task;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `${where}: expected ${joined(taskNames, 'or')}, got ${JSON.stringify(name)}${didYouMean(name, taskNames)}`,
  );
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, option] = /'(-[^']*?)(?: <value>)?'/.exec(message) ?? [];
    if (option === undefined) throw error;
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw new AttuneError('ARGUMENT_INVALID', reason(option.replace(/^-\w, /, ''), message));
    const near = didYouMean(
      option,
      Object.keys(flags).map((name) => `--${name}`),
    );
    throw new AttuneError('ARGUMENT_INVALID', `${option}: expected an option of --help${near}`);
  }
}

function reason(option: string, message: string): string {
  if (message.includes('does not take')) return `${option}: expected no value; write ${option}`;
  if (!message.includes('ambiguous')) return `${option}: expected a value after it, got none`;
  return `${option}: expected a value, got another option; write ${option}=-1 for a value that begins with a dash`;
}
