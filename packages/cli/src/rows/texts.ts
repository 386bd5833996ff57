import { textTemplate } from '@attune/data';
import { type DataFormat, readTable } from '@attune/data/node';
import { AttuneError } from '@attune/engine';
import { counted } from '../terminal/counted';
import { UsageError } from '../usage-error';

export interface TextColumn {
  /** A column, or a template over columns; the only column, such as a plain line, unless given. */
  readonly text?: string;
  readonly format?: string;
}

/**
 * The texts of a file, those that are empty left out.
 *
 * @throws UsageError where there are several columns and none was named; AttuneError as `readTable`, and DATA_EMPTY
 */
export async function readTexts(
  path: string,
  { text, format }: TextColumn,
  onNote: (note: string) => void,
): Promise<string[]> {
  if (format === 'conll') throw new UsageError('--format: expected csv, tsv, jsonl or lines for texts, got conll');
  const table = await readTable(path, { format: format as DataFormat | undefined });
  const { columns, where, rows } = table;
  if (text === undefined && columns.length !== 1)
    throw new UsageError(`--text: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}`);
  const texts = rows.map(textTemplate(text ?? columns[0], table)).filter((each) => each.trim() !== '');
  if (texts.length === 0) throw new AttuneError('DATA_EMPTY', `${where}: expected texts, all are empty; check --text`);
  if (texts.length < rows.length) onNote(`${where}: ${counted(rows.length - texts.length, 'empty text')} dropped`);
  return texts;
}
