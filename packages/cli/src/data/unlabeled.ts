// Texts and sentences without labels, on which a student learns its teacher's outputs.
import { joinedWords, type TableHeader, textTemplate, wordRanges } from '@attune/data';
import { readConll } from '@attune/data/node';
import { AttuneError, counted, isAttuneError, parseJson } from '@attune/internal';
import type { CleanStep } from '../options/choices';
import { UsageError } from '../program/failure';
import { columnNumber, conllOptions, isConll } from './sentences';
import { readColumns } from './texts';

/** The flags that name texts without labels. */
export interface UnlabeledFlags {
  readonly unlabeled?: string | undefined;
  readonly unlabeledText?: string | undefined;
  readonly text?: string | undefined;
  readonly textPair?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly clean?: readonly CleanStep[] | undefined;
}

interface ReadOptions {
  readonly onNote: (note: string) => void;
}

/** Texts without labels; of pairs, the second texts too. */
interface Texts {
  readonly texts: readonly string[];
  readonly pairs?: readonly string[];
}

/**
 * The texts of `--unlabeled`; undefined without it.
 *
 * @throws UsageError for `--unlabeled-text` without a file; AttuneError as `readTable`, and DATA_COLUMN_MISSING that advises `--unlabeled-text`
 */
export async function readUnlabeledTexts(flags: UnlabeledFlags, options: ReadOptions): Promise<Texts | undefined> {
  const { unlabeled: path, textPair } = flags;
  requireFile(flags);
  if (path === undefined) return undefined;
  const table = await namingColumn(() => readTexts(path, flags, options));
  return { texts: table.texts, ...(textPair !== undefined && { pairs: table.pairs }) };
}

/**
 * The sentences of `--unlabeled`: the words of a CoNLL file, or of texts, split as `attune predict` splits them.
 *
 * @throws as `readUnlabeledTexts`
 */
export async function readUnlabeledSentences(
  flags: UnlabeledFlags,
  options: ReadOptions,
): Promise<readonly { readonly words: readonly string[]; readonly joined?: readonly boolean[] }[] | undefined> {
  const { unlabeled: path, unlabeledText } = flags;
  requireFile(flags);
  if (path === undefined) return undefined;
  if (isConll(path, undefined)) {
    const tokenColumn = unlabeledText === undefined ? undefined : columnNumber('--unlabeled-text', unlabeledText);
    const sentences = await readConll(path, { tokenColumn, ...conllOptions(path) });
    return sentences.map(({ words }) => ({ words }));
  }
  const own = { unlabeled: path, unlabeledText, text: flags.text ?? 'tokens', delimiter: flags.delimiter };
  const { texts } = await namingColumn(() => readTexts(path, own, options));
  return texts.map((text) => {
    const listed = wordsOfList(text);
    if (listed) return { words: listed };
    const ranges = wordRanges(text);
    return { words: ranges.map(({ start, end }) => text.slice(start, end)), joined: joinedWords(ranges) };
  });
}

/** The words of a list, as in JSON lines and Parquet; undefined for a text. */
function wordsOfList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words = parseJson(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

function requireFile({ unlabeled, unlabeledText }: UnlabeledFlags): void {
  if (unlabeledText === undefined || unlabeled !== undefined) return;
  throw new UsageError(
    '--unlabeled-text: expected --unlabeled, the file of the column, got none; add --unlabeled <file>',
  );
}

async function readTexts(
  path: string,
  { unlabeledText, text, textPair, delimiter, clean }: UnlabeledFlags,
  { onNote }: ReadOptions,
): Promise<{ texts: string[]; pairs?: string[] }> {
  const templateOf = (header: TableHeader) => unlabeledText ?? onlyColumn(header) ?? text ?? noColumn(header);
  const templatesOf = (header: TableHeader) => [templateOf(header), ...(textPair === undefined ? [] : [textPair])];
  const table = await readColumns(path, { delimiter, clean }, { templatesOf, onNote });
  const [textOf, pairOf] = templatesOf(table).map((template) => textTemplate(template, table));
  const rows = table.rows.filter((row) => textOf(row).trim() !== '');
  const empty = table.rows.length - rows.length;
  onNote(
    `${counted(rows.length, 'text')} without labels${empty > 0 ? `; ${counted(empty, 'row')} without a text dropped` : ''}`,
  );
  if (rows.length === 0)
    throw new AttuneError('DATA_EMPTY', `${table.where}: expected texts, got only empty ones; check --unlabeled-text`);
  return { texts: rows.map(textOf), ...(pairOf && { pairs: rows.map(pairOf) }) };
}

function onlyColumn({ columns }: TableHeader): string | undefined {
  const named = columns.filter((name) => name !== '');
  return named.length === 1 ? named[0] : undefined;
}

function noColumn({ columns, where }: TableHeader): never {
  const some = columns.slice(0, 12).join(', ');
  throw new UsageError(`--unlabeled-text: required, because ${where} has several columns: ${some}`);
}

/** Names the flag of the column in an error about a missing one. */
async function namingColumn<T>(read: () => Promise<T>): Promise<T> {
  return read().catch((error: Error) => {
    if (!isAttuneError(error, 'DATA_COLUMN_MISSING')) throw error;
    const message = `--unlabeled: ${error.message}; name its column of texts: --unlabeled-text <column>`;
    throw new AttuneError('DATA_COLUMN_MISSING', message, { cause: error });
  });
}
