// The decisions behind a project: typed, answered, or guessed.
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { extensionOf } from '@attune/data/node';
import { AttuneError, firstOf, isAttuneError } from '@attune/internal';
import type { Questions } from './ask';
import { type Columns, conllColumns, labeledColumns, promptColumns, taggedColumns, textColumns } from './columns';
import { emptyFolder } from './folder';
import { guessTask } from './guess';
import { type Options, type TaskName, tasks } from './options';
import { isConll, isLines, isLists, sampleTable, type TableSample } from './sample';
import { posixPath } from './tarballs';

/** Decisions behind a project, except for the source of its packages. */
export interface Answers extends Columns {
  /** Folder of the project, as typed. */
  readonly folder: string;
  readonly task: TaskName;
  /** `new`, a hub id, a path from the folder, or an absolute path. */
  readonly model: string;
}

interface Asking {
  readonly questions: Questions | undefined;
  /** Prints a line. */
  readonly print: (line: string) => void;
}

/**
 * Collects the decisions. Each comes from a typed option, from a question, or from a guess, in this order.
 *
 * @throws AttuneError for an option that does not fit the file or the task, and for a missing one that cannot be guessed
 */
export async function gatherAnswers(options: Options, { questions, print }: Asking): Promise<Answers> {
  const folder = await folderOf(options, questions);
  const data = await dataOf(options, questions);
  const sample = await tableOf(data, options.task);
  if (sample && !isLines(data, sample)) print(`${data}: columns ${firstOf(sample.columns, { most: 30 })}`);
  const task = await taskOf(options, { questions, guess: guessTask(data, sample) });
  refuseUnused(task, options);
  const columns = await columnsOf(task, { data, sample, typed: options, questions, print });
  const model = await modelOf(options, { questions, folder });
  print(
    summaryOf(
      { task, ...columns.options, model },
      { ...options, ...(questions && { task, ...columns.options, model }) },
    ),
  );
  const ownOptions = { data: pathFrom(folder, data), ...columns.options };
  return { folder, task, ...columns, options: ownOptions, model };
}

/** The decisions in one line; guesses are marked. */
function summaryOf(chosen: Readonly<Record<string, string>>, typed: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(chosen).map(([name, value]) => {
    const isGuess = name !== 'model' && typed[name] === undefined;
    return `${name} ${/\s/.test(value) ? JSON.stringify(value) : value}${isGuess ? ' (guessed)' : ''}`;
  });
  return shown.join(', ');
}

function folderOf({ folder }: Options, questions?: Questions): string | Promise<string> {
  if (folder !== undefined) return folder;
  if (!questions) throw missing('folder', 'a name', 'npm create attune my-app');
  const check = (answer: string) => emptyFolder(answer) && answer;
  return questions.text('folder to create', { default: 'my-model', check });
}

function dataOf({ data, task }: Options, questions?: Questions): string | Promise<string> {
  if (data !== undefined) return data;
  if (!questions) throw missing('--data', 'a file', '--data jobs.csv');
  const check = async (answer: string) => {
    await tableOf(answer, task);
    return answer;
  };
  return questions.text('file with the training data', { check });
}

const missing = (where: string, expected: string, example: string) =>
  new AttuneError('ARGUMENT_INVALID', `${where}: expected ${expected}, got none; add one, as in ${example}`);

/** The first rows of a table; undefined for a file of CoNLL columns. */
async function tableOf(data: string, task: TaskName | undefined): Promise<TableSample | undefined> {
  if (data === '-')
    throw new AttuneError('ARGUMENT_INVALID', '--data: expected a file, got standard input; save it to a file first');
  if (isConll(data) || (task === 'token-classification' && !isLists(data) && extensionOf(data) !== '.csv')) {
    if (existsSync(data)) return undefined;
    throw new AttuneError('DATA_NOT_FOUND', `${data}: expected a file, found none; check the path`);
  }
  try {
    return await sampleTable(data);
  } catch (error) {
    if (!isAttuneError(error, 'DATA_FORMAT')) throw error;
    throw new AttuneError(
      'DATA_FORMAT',
      `${data}: expected a file ending in .csv, .tsv, .jsonl, .json, .parquet, .txt or .conll, got "${extensionOf(data)}"; rename it`,
      { cause: error },
    );
  }
}

interface TaskChoice {
  readonly questions: Questions | undefined;
  readonly guess: TaskName;
}

/** The task: typed, asked for, or guessed from the other options and then from the file. */
function taskOf(options: Options, { questions, guess }: TaskChoice): TaskName | Promise<TaskName> {
  if (options.task !== undefined) return options.task;
  const isTagged = guess === 'token-classification';
  const hasPrompts = (options.promptTemplate ?? options.completion) !== undefined;
  const likely = hasPrompts
    ? 'causal-lm'
    : options.label !== undefined && !isTagged
      ? 'sequence-classification'
      : guess;
  return questions ? questions.choice('task', { choices: tasks, default: likely }) : likely;
}

/** The options of columns that each task reads. */
const columnFlags: Readonly<Record<TaskName, readonly (keyof Options)[]>> = {
  'sequence-classification': ['text', 'label'],
  'token-classification': ['text', 'label'],
  'masked-lm': ['text'],
  'causal-lm': ['text', 'promptTemplate', 'completion'],
};

const flagNames = {
  text: '--text',
  label: '--label',
  promptTemplate: '--prompt-template',
  completion: '--completion',
} as const;

function refuseUnused(task: TaskName, options: Options): void {
  for (const [name, flag] of Object.entries(flagNames))
    if (options[name as keyof Options] !== undefined && !columnFlags[task].includes(name as keyof Options))
      throw new AttuneError('ARGUMENT_INVALID', `${flag}: ${task} does not use it; remove it`);
  if (options.text !== undefined && (options.promptTemplate ?? options.completion) !== undefined)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      '--text: whole texts and prompts with completions exclude each other; remove --text, or --prompt-template and --completion',
    );
}

interface ColumnRequest {
  readonly data: string;
  readonly sample: TableSample | undefined;
  readonly typed: Options;
  readonly questions: Questions | undefined;
  readonly print: Asking['print'];
}

function columnsOf(task: TaskName, { data, sample, ...input }: ColumnRequest): Promise<Columns> {
  if (task === 'token-classification') {
    if (sample && isLists(data)) return taggedColumns(sample, input);
    if (extensionOf(data) === '.csv')
      throw new AttuneError(
        'DATA_FORMAT',
        `${data}: expected tagged words, CoNLL or JSON lines, got .csv; write a line {"tokens": […], "tags": […]} per sentence, or rename a file of words and tags to .conll`,
      );
    return conllColumns(data, { ...input, format: isConll(data) ? undefined : 'conll' });
  }
  if (!sample)
    throw new AttuneError(
      'DATA_FORMAT',
      `${data}: expected a table or texts for ${task}, got a file of tagged words; use --task token-classification`,
    );
  if (task === 'sequence-classification') return labeledColumns(sample, input);
  if (isLines(data, sample))
    return Promise.resolve({ options: {}, examples: sample.rows.map(({ fields }) => fields.text) });
  return task === 'masked-lm' ? textColumns(sample, input) : promptColumns(sample, input);
}

interface ModelChoice {
  readonly questions: Questions | undefined;
  readonly folder: string;
}

/** The model: a directory by its path from the project's folder, or its absolute path as typed. */
function modelOf({ model }: Options, { questions, folder }: ModelChoice): string | Promise<string> {
  const check = (source: string) => {
    const isPath = isAbsolute(source) || /^\.{1,2}([/\\]|$)/.test(source) || existsSync(source);
    if (!isPath || source === 'new') return source;
    if (existsSync(source)) return isAbsolute(source) ? source : pathFrom(folder, source);
    throw new AttuneError('CHECKPOINT_MISSING', `--model: expected a directory, got ${source}, which does not exist`);
  };
  if (model !== undefined) return check(model);
  if (!questions) return 'new';
  return questions.text('model to start from: a directory, a Hugging Face hub id, or new', { default: 'new', check });
}

const pathFrom = (folder: string, path: string) => posixPath(relative(resolve(folder), resolve(path)));
