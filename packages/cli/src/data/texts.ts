// Reads the data of language models: plain texts, prompts with completions, and conversations.
import { type Row, type Table, type TableHeader, templateColumns, textTemplate } from '@attune/data';
import { type DataFormat, extensionOf, readTable } from '@attune/data/node';
import { AttuneError, counted } from '@attune/internal';
import type { PromptedText } from '@attune/train';
import { type ChatTemplate, chatExample, unescapedTemplate } from '@attune/train/node';
import { UsageError } from '../program/failure';
import { type CleaningFlags, cleanedTable, distinctRows, linesOf } from './cleaning';
import { conversationColumns, conversationReader, messagesIn } from './conversations';
import { textColumnsIn } from './labeled-rows';

interface TextColumn extends Pick<CleaningFlags, 'clean' | 'deduplicate'> {
  /** A column, or a template over columns; default the only column, such as a plain line. */
  readonly text?: string;
  readonly format?: string;
  readonly delimiter?: string;
}

/** Texts of a language model, and the 1-based line of each. */
interface TextRows<Text> {
  readonly texts: readonly Text[];
  readonly lines: readonly number[];
}

/** The texts that `readTextRows` reads. */
export const readTexts = async (...input: Parameters<typeof readTextRows>): Promise<readonly string[]> =>
  (await readTextRows(...input)).texts;

/**
 * Reads the texts of a file, and their lines. Empty ones are dropped, with a note.
 *
 * @throws UsageError for several columns without `--text`; AttuneError as `readTable`, and DATA_EMPTY
 */
export async function readTextRows(
  path: string,
  { text, ...input }: TextColumn,
  onNote: (note: string) => void,
): Promise<TextRows<string>> {
  const templateOf = (header: TableHeader) => text ?? onlyColumn(header);
  const table = await readColumns(path, input, { templatesOf: (header) => [templateOf(header)], onNote });
  const { where, rows } = table;
  const textOf = textTemplate(templateOf(table), table);
  const [kept, dropped] = partition(rows, (row) => textOf(row).trim() !== '');
  if (kept.length === 0)
    throw new AttuneError('DATA_EMPTY', `${where}: expected texts, got only empty ones; check --text`);
  if (dropped.length > 0) onNote(`${where}: ${counted(dropped.length, 'empty text')} dropped (${linesOf(dropped)})`);
  const read = { texts: kept.map(textOf), lines: kept.map(({ line }) => line) };
  return input.deduplicate ? withoutDoubles(read, where, onNote) : read;
}

function partition<T>(values: readonly T[], isKept: (value: T) => boolean): [kept: T[], others: T[]] {
  const keeps = values.map(isKept);
  return [values.filter((_, i) => keeps[i]), values.filter((_, i) => !keeps[i])];
}

/** The only column with a name. */
function onlyColumn({ columns, where }: TableHeader): string {
  const named = columns.filter((name) => name !== '');
  if (named.length === 1) return named[0];
  throw new UsageError(
    `--text: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}; name one`,
  );
}

/** Texts, or completions after prompts, without those that are equal to an earlier one. */
function withoutDoubles<Text extends PromptedText | string>(
  { texts, lines }: TextRows<Text>,
  where: string,
  onNote: (note: string) => void,
): TextRows<Text> {
  const labels = texts.map((text) => (typeof text === 'string' ? '' : text.completion));
  const compared = texts.map((text) => (typeof text === 'string' ? text : (text.prompt ?? '')));
  const kept = distinctRows(compared, { where, labels, onNote });
  return { texts: kept.map((i) => texts[i]), lines: kept.map((i) => lines[i]) };
}

interface ReadColumnsOptions {
  readonly templatesOf: (header: TableHeader) => readonly string[];
  readonly onNote: (note: string) => void;
}

/** Reads the columns of some templates, cleaned. */
export async function readColumns(
  path: string,
  { format, delimiter, clean }: Omit<TextColumn, 'text'>,
  { templatesOf, onNote }: ReadColumnsOptions,
): Promise<Table> {
  if (format === 'conll') throw new UsageError('--format: expected csv, tsv, jsonl or lines for texts, got conll');
  const columns = (header: TableHeader) => textColumnsIn(header, templatesOf(header));
  const table = await readTable(path, { format: format as DataFormat | undefined, delimiter, columns });
  table.warnings.forEach(onNote);
  return cleanedTable(table, { columns: columns(table), clean }, onNote);
}

/** Whether a file is plain lines. */
export function isLines(path: string, format: string | undefined): boolean {
  return format === undefined ? extensionOf(path) === '.txt' : format === 'lines';
}

/** The columns that hold the texts of a row. */
export interface CausalColumns extends TextColumn {
  readonly promptTemplate?: string;
  readonly completion?: string;
  readonly messages?: string;
}

interface ReadCausalOptions {
  readonly columns: CausalColumns;
  /** The chat template of the model, for messages. */
  readonly template?: ChatTemplate;
  readonly onNote: (note: string) => void;
}

/** @throws UsageError for columns that exclude each other, and for one that needs another */
export function checkCausalColumns({ text, promptTemplate, completion, messages, format }: CausalColumns): void {
  if (format === 'conll') throw new UsageError('--format: expected csv, tsv, jsonl or lines for texts, got conll');
  const prompted = promptTemplate ?? completion;
  const ways = Object.entries({ '--text': text, '--completion': prompted, '--messages': messages });
  const typed = ways.filter(([, value]) => value !== undefined).map(([flag]) => flag);
  if (typed.length > 1)
    throw new UsageError(
      `${typed[1]}: cannot be used with ${typed[0]}, which selects other texts to train on; remove one`,
    );
  if ((promptTemplate === undefined) === (completion === undefined)) return;
  const [missing, there] =
    completion === undefined ? ['--completion', '--prompt-template'] : ['--prompt-template', '--completion'];
  throw new UsageError(`${missing}: required with ${there}`);
}

/** The texts that `readCausalRows` reads. */
export const readCausalTexts = async (
  ...input: Parameters<typeof readCausalRows>
): Promise<readonly (PromptedText | string)[]> => (await readCausalRows(...input)).texts;

/**
 * Reads the texts of a causal language model, and their lines: plain ones, completions after prompts, or answers in conversations. Rows
 * without a text are dropped, with a note.
 *
 * @throws UsageError as `checkCausalColumns`; AttuneError as `readTable`, DATA_EMPTY, and errors of messages with file and line
 */
export async function readCausalRows(
  path: string,
  { columns, template, onNote }: ReadCausalOptions,
): Promise<TextRows<PromptedText | string>> {
  checkCausalColumns(columns);
  if (columns.messages !== undefined && columns.clean !== undefined)
    throw new UsageError('--clean: cannot be used with --messages, which are conversations; remove one');
  const { promptTemplate, completion, messages } = columns;
  if (completion === undefined && messages === undefined) return readTextRows(path, columns, onNote);
  const templatesOf = (header: TableHeader) =>
    completion === undefined
      ? conversationColumns(templateColumns(messages!, header), header)
      : [promptTemplate!, completion].map(unescapedTemplate);
  const table = await readColumns(path, columns, { templatesOf, onNote });
  const rowText =
    completion === undefined ? conversation(table, messages!, template!) : prompted(table, promptTemplate!, completion);
  const all = table.rows.map((row) => ({ text: rowText(row), line: row.line }));
  const [kept, dropped] = partition(all, ({ text }) => text.completion.trim() !== '');
  if (kept.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${table.where}: expected completions, got only empty ones; check --completion`,
    );
  if (dropped.length > 0)
    onNote(`${table.where}: ${counted(dropped.length, 'row')} with an empty completion dropped (${linesOf(dropped)})`);
  const read = { texts: kept.map(({ text }) => text), lines: kept.map(({ line }) => line) };
  return columns.deduplicate ? withoutDoubles(read, table.where, onNote) : read;
}

function prompted(table: Table, promptTemplate: string, completion: string): (row: Row) => PromptedText {
  const templates = [promptTemplate, completion].map(unescapedTemplate);
  const columns = templates.flatMap((template) => templateColumns(template, table));
  const [before, after] = templates.map((template) => textTemplate(template, table));
  return (row) => {
    const example = { prompt: before(row), completion: after(row) };
    if (messagesIn(example.completion))
      throw new AttuneError(
        'CHAT_MESSAGES',
        `${table.where} line ${row.line}: expected a text to learn, got messages; pass --messages '${columns.map((name) => `{${name}}`).join('')}' in place of --prompt-template and --completion`,
      );
    return example;
  };
}

function conversation(table: Table, messages: string, template: ChatTemplate): (row: Row) => PromptedText {
  return conversationReader(table, {
    columns: conversationColumns(templateColumns(messages, table), table),
    use: (own) => chatExample(template, own.messages, { variables: own.variables }),
  });
}

/** The text that two parts must not share: the prompt, or all of a plain text. */
export const leakingText = (text: PromptedText | string): string =>
  typeof text === 'string' ? text : text.prompt || text.completion;
