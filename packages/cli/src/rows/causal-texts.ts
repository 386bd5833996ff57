import { field, type Row, type Table, textTemplate } from '@attune/data';
import { type DataFormat, readTable } from '@attune/data/node';
import { AttuneError } from '@attune/engine';
import type { PromptedText } from '@attune/train';
import { type ChatTemplate, chatExample, parseMessages } from '@attune/train/node';
import { counted } from '../terminal/counted';
import { UsageError } from '../usage-error';
import { readTexts, type TextColumn } from './texts';

/** Where the texts of a row are. */
export interface CausalColumns extends TextColumn {
  readonly promptTemplate?: string;
  readonly completion?: string;
  readonly messages?: string;
}

export interface ReadCausalOptions {
  readonly columns: CausalColumns;
  /** The model's, where there are messages. */
  readonly template?: ChatTemplate;
  readonly onNote: (note: string) => void;
}

/** @throws UsageError for columns that contradict one another, or one without the other */
export function checkCausalColumns({ text, promptTemplate, completion, messages, format }: CausalColumns): void {
  if (format === 'conll') throw new UsageError('--format: expected csv, tsv, jsonl or lines for texts, got conll');
  const prompted = promptTemplate ?? completion;
  const ways = Object.entries({ '--text': text, '--completion': prompted, '--messages': messages });
  const given = ways.filter(([, value]) => value !== undefined).map(([flag]) => flag);
  if (given.length > 1)
    throw new UsageError(
      `${given[1]}: expected no ${given[0]} beside it, which says otherwise what is learnt; drop one`,
    );
  if ((promptTemplate === undefined) === (completion === undefined)) return;
  const [missing, there] =
    completion === undefined ? ['--completion', '--prompt-template'] : ['--prompt-template', '--completion'];
  throw new UsageError(`${missing}: required beside ${there}`);
}

/**
 * The texts of a file to go on writing: plain ones, completions after prompts, or answers in conversations. Rows without a text are
 * left out.
 *
 * @throws UsageError as `checkCausalColumns`; AttuneError as `readTable`, DATA_EMPTY, and with file and line what is wrong with messages
 */
export async function readCausalTexts(
  path: string,
  { columns, template, onNote }: ReadCausalOptions,
): Promise<(PromptedText | string)[]> {
  checkCausalColumns(columns);
  const { promptTemplate, completion, messages, format } = columns;
  if (completion === undefined && messages === undefined) return readTexts(path, columns, onNote);
  const table = await readTable(path, { format: format as DataFormat | undefined });
  const rowText =
    completion === undefined ? conversation(table, messages!, template!) : prompted(table, promptTemplate!, completion);
  const texts = table.rows.map(rowText).filter(({ completion: own }) => own.trim() !== '');
  const dropped = table.rows.length - texts.length;
  if (texts.length === 0)
    throw new AttuneError('DATA_EMPTY', `${table.where}: expected completions, all are empty; check --completion`);
  if (dropped > 0) onNote(`${table.where}: ${counted(dropped, 'row')} with an empty completion dropped`);
  return texts;
}

/** Shells do not make a new line of `\n`. */
const unescaped = (template: string) =>
  template.replace(/\\([nt\\])/g, (_, name: string) => ({ n: '\n', t: '\t' })[name] ?? '\\');

function prompted(table: Table, promptTemplate: string, completion: string): (row: Row) => PromptedText {
  const [before, after] = [promptTemplate, completion].map((template) => textTemplate(unescaped(template), table));
  return (row) => ({ prompt: before(row), completion: after(row) });
}

function conversation(table: Table, messages: string, template: ChatTemplate): (row: Row) => PromptedText {
  textTemplate(messages, table); // that there is such a column
  return (row) => {
    try {
      return chatExample(template, parseMessages(JSON.parse(field(row, messages))));
    } catch (cause) {
      const { code = 'CHAT_MESSAGES', message } = cause as Error & { code?: string };
      throw new AttuneError(code, `${table.where} line ${row.line}: ${message}`, { cause });
    }
  };
}

/** What two texts must not share across parts: the prompt, or all of a plain text. */
export const leakingText = (text: PromptedText | string): string =>
  typeof text === 'string' ? text : text.prompt || text.completion;
