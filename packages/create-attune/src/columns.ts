// The columns that a task reads: typed, answered, or guessed from the file.
import { templateColumns } from '@attune/data';
import { AttuneError, firstOf } from '@attune/internal';
import type { Questions } from './ask';
import { guessLabel, guessPrompts, guessTagged, guessText } from './guess';
import type { Options } from './options';
import { aroundColumn, sampleColumns, sampleSentences, type TableSample, textOf } from './sample';

/** Options of the config file about the data, and examples of texts. */
export interface Columns {
  /** By their names in a config file, in order. */
  readonly options: Readonly<Record<string, string>>;
  /** The text that a template puts before and after a value, if any. */
  readonly around?: readonly [string, string] | undefined;
  /** Texts from the file, as passed to predict.js. */
  readonly examples: readonly string[];
}

export interface ColumnInput {
  readonly typed: Pick<Options, 'text' | 'label' | 'promptTemplate' | 'completion'>;
  /** Asks; default: guesses are taken. */
  readonly questions?: Questions | undefined;
}

interface Wanted {
  /** Name of the option in messages. */
  readonly flag: string;
  readonly question: string;
  readonly typed: string | undefined;
  readonly guess: string | undefined;
}

/** A column of the table or a template of its columns: typed, answered, or guessed. */
async function chosen(sample: TableSample, { flag, question, typed, guess }: Wanted, questions?: Questions) {
  const check = (template: string) => {
    textOf(sample, flag, template);
    return template;
  };
  if (typed !== undefined) return check(typed);
  if (questions) return questions.text(question, { default: guess, check });
  if (guess !== undefined) return guess;
  throw new AttuneError(
    'DATA_COLUMN_MISSING',
    `${flag}: expected one of the columns ${sample.columns.map((name) => JSON.stringify(name)).join(', ')} of ${sample.where}; add ${flag} <column>`,
  );
}

/** Text and label of sequence classification. */
export async function labeledColumns(sample: TableSample, { typed, questions }: ColumnInput): Promise<Columns> {
  const textGuess = guessText(sample, typed.label ?? guessLabel(sample));
  const texts = {
    flag: '--text',
    question: 'text column, or a template of columns',
    typed: typed.text,
    guess: textGuess,
  };
  const text = await chosen(sample, texts, questions);
  const labels = {
    flag: '--label',
    question: 'label column',
    typed: typed.label,
    guess: guessLabel(sample, templateColumns(text, sample)),
  };
  const label = await chosen(sample, labels, questions);
  return { options: { text, label }, around: aroundColumn(text, sample), examples: valuesOf(sample, text) };
}

/** The column of plain texts. */
export async function textColumns(sample: TableSample, { typed, questions }: ColumnInput): Promise<Columns> {
  const wanted = { flag: '--text', question: 'text column, or a template of columns' };
  const text = await chosen(sample, { ...wanted, typed: typed.text, guess: guessText(sample) }, questions);
  return { options: { text }, examples: sample.rows.map(textOf(sample, '--text', text)) };
}

/** Columns of prompts and completions, or of whole texts. */
export async function promptColumns(sample: TableSample, input: ColumnInput): Promise<Columns> {
  const { typed, questions } = input;
  const guess = guessPrompts(sample);
  if (typed.text !== undefined) return textColumns(sample, input);
  const isTyped = typed.promptTemplate !== undefined || typed.completion !== undefined;
  const kind =
    questions && !isTyped
      ? await questions.choice('train on', {
          choices: { texts: 'whole texts of a column', completions: 'completions of prompts' },
          default: guess ? 'completions' : 'texts',
        })
      : isTyped || guess
        ? 'completions'
        : 'texts';
  if (kind === 'texts') return textColumns(sample, input);
  const prompt = await chosen(
    sample,
    {
      flag: '--prompt-template',
      question: 'template of prompts, such as "Skills of: {description}"',
      typed: typed.promptTemplate,
      guess: guess?.promptTemplate,
    },
    questions,
  );
  const completion = await chosen(
    sample,
    {
      flag: '--completion',
      question: 'column or template of completions, such as " {skills}"',
      typed: typed.completion,
      guess: guess?.completion,
    },
    questions,
  );
  const around = aroundColumn(prompt, sample)?.map((text) => text.replaceAll('\\n', '\n')) as [string, string];
  return { options: { promptTemplate: prompt, completion }, around, examples: valuesOf(sample, prompt) };
}

/**
 * Words and tags of CoNLL columns, by number. With several columns of tags, prints them and asks; the guess is the last one.
 *
 * @param print prints a line
 */
export async function conllColumns(path: string, { typed, questions, print, format }: ConllInput): Promise<Columns> {
  const { sentences } = await sampleSentences(path, typed);
  const columns = await sampleColumns(path);
  const isSeveral = columns.length > 2;
  if (isSeveral)
    print(`${path}: columns ${columns.map((values, i) => `${i}: ${firstOf(values, { most: 5 })}`).join('; ')}`);
  const chosen = isSeveral && typed.label === undefined ? await tagColumn(path, columns, questions) : typed.label;
  const last = columns.length - 1;
  const isGuess = isSeveral && typed.label === undefined && !questions;
  const numbers = { words: wordColumn(columns, sentences, typed.text), tags: fromStart(chosen ?? '-1', columns) };
  print(`words: column ${numbers.words}, tags: column ${numbers.tags} of ${last + 1}${isGuess ? ' (guessed)' : ''}`);
  const { text } = typed;
  const options = { ...(format && { format }), ...(text && { text }), ...(chosen && { label: chosen }) };
  return { options, examples: sentences.map(({ words }) => words.join(' ')) };
}

interface ConllInput extends ColumnInput {
  readonly print: (line: string) => void;
  /** For a file whose name does not tell its format. */
  readonly format?: 'conll' | undefined;
}

/** The column of tags: answered, or the last one. */
function tagColumn(path: string, columns: readonly unknown[], questions?: Questions): string | Promise<string> {
  const last = `${columns.length - 1}`;
  const check = async (label: string) => {
    await sampleSentences(path, { label });
    return label;
  };
  return questions ? questions.text('number of the column of tags', { default: last, check }) : last;
}

/** The number of the column of words: typed, or the one that holds the words. */
function wordColumn(
  columns: readonly (readonly string[])[],
  sentences: readonly { readonly words: readonly string[] }[],
  text?: string,
): number {
  if (text !== undefined) return fromStart(text, columns);
  const words = [...new Set(sentences.flatMap((sentence) => sentence.words))];
  return columns.findIndex((values) => values.length === words.length && values.every((word, i) => word === words[i]));
}

const fromStart = (column: string, { length }: readonly unknown[]) => (Number(column) + length) % length;

/** Words and tags of JSON lines or Parquet, by name. */
export async function taggedColumns(sample: TableSample, { typed, questions }: ColumnInput): Promise<Columns> {
  const guess = guessTagged(sample);
  const words = { flag: '--text', question: 'column of words', typed: typed.text, guess: guess?.text };
  const text = await chosen(sample, words, questions);
  const tags = { flag: '--label', question: 'column of tags', typed: typed.label, guess: guess?.label };
  const label = await chosen(sample, tags, questions);
  return { options: { text, label }, examples: valuesOf(sample, text).map(joinedList) };
}

/** Texts as passed to predict.js: values of the template's only column, or whole texts. */
function valuesOf(sample: TableSample, template: string): readonly string[] {
  const [, column] = /^[^{}]*\{([^{}]+)\}[^{}]*$/.exec(template) ?? [];
  const isOne = aroundColumn(template, sample) !== undefined && column !== undefined;
  return sample.rows.map(textOf(sample, '', isOne ? column : template));
}

/** The words of a JSON list, joined by spaces. */
function joinedList(json: string): string {
  try {
    const words: unknown = JSON.parse(json);
    return Array.isArray(words) ? words.join(' ') : json;
  } catch {
    return json;
  }
}
