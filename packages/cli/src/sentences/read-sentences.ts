import { extname } from 'node:path';
import { field, requireColumn } from '@attune/data';
import { readConll, readTable } from '@attune/data/node';
import { AttuneError } from '@attune/engine';
import type { TaggedWords } from '@attune/train';
import { UsageError } from '../usage-error';
import { joinLayers, layerColumns } from './tag-layers';

export interface SentenceColumns {
  /** Of the words: a number in a CoNLL file, a name in JSON lines. */
  readonly text?: string;
  /** Of the tags. */
  readonly label?: string;
  /** What the entities of each column of tags are called, where there are several columns, or tags name no type. */
  readonly labelNames?: readonly string[];
  readonly format?: string;
  /** Told how many entities are left out, because they overlap others. */
  readonly onNote?: (note: string) => void;
}

/** Whether a file holds a word a line. */
export function isConll(path: string, format: string | undefined): boolean {
  return format === undefined ? /^\.(conll|conllu|bio|iob|iob2|bilou)$/i.test(extname(path)) : format === 'conll';
}

const isJsonl = (path: string, format: string | undefined) =>
  format === undefined ? /^\.(jsonl|ndjson)$/i.test(extname(path)) : format === 'jsonl';

/**
 * Reads a file of tagged sentences: CoNLL columns (words in the first, tags in the last unless told), or JSON lines such as
 * `{"tokens": ["We", "need", "Java"], "tags": ["O", "O", "B-SKILL"]}`.
 *
 * With `labelNames`, `label` is a column a name, with commas between: they become one of tags such as `B-name`, as `mergeTagLayers` does.
 *
 * @throws UsageError for a format that has no tagged words, and for a CoNLL column that is no number; AttuneError as
 *   `readConll` and `readTable`, and DATA_FIELDS with the line of what is no list of words and their tags
 */
export async function readSentences(path: string, columns: SentenceColumns): Promise<TaggedWords[]> {
  const { label, labelNames: names, onNote = () => {} } = columns;
  if (!names) return readTagged(path, columns);
  const own = layerColumns(label ?? (isJsonl(path, columns.format) ? 'tags' : '-1'), names);
  const layers = await Promise.all(own.map((column) => readTagged(path, { ...columns, label: column })));
  return joinLayers(layers, { names, where: path, onNote });
}

async function readTagged(path: string, { text, label, format }: SentenceColumns): Promise<TaggedWords[]> {
  if (isJsonl(path, format)) return readJsonLines(path, { words: text ?? 'tokens', tags: label ?? 'tags' });
  if (format === undefined && /^\.(csv|parquet)$/i.test(extname(path)))
    throw new AttuneError(
      'DATA_FORMAT',
      `${path}: expected tagged words, CoNLL or JSON lines, got ${extname(path)}; write it as {"tokens": […], "tags": […]} a line, or pass --format conll if it holds a word and its tag a line`,
    );
  if (format !== undefined && format !== 'conll')
    throw new UsageError(`--format: expected conll or jsonl, which hold tagged words, got ${format}`);
  const tokenColumn = columnNumber('--text', text ?? '0');
  const tagColumn = columnNumber('--label', label ?? '-1');
  return readConll(path, { tokenColumn, tagColumn });
}

/** The number of a CoNLL column; throws UsageError for what is none. */
export function columnNumber(flag: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(
    `${flag}: expected the number of a column, counted from 0, or from the end with -1, got ${JSON.stringify(text)}; JSON lines have names: --format jsonl`,
  );
}

async function readJsonLines(path: string, columns: { words: string; tags: string }): Promise<TaggedWords[]> {
  const table = await readTable(path, { format: 'jsonl' });
  for (const name of Object.values(columns)) requireColumn(table, name);
  return table.rows.map((row) => {
    const where = `${table.where} line ${row.line}`;
    const words = stringsIn(field(row, columns.words), `${where}: ${JSON.stringify(columns.words)}`);
    const tags = stringsIn(field(row, columns.tags), `${where}: ${JSON.stringify(columns.tags)}`);
    if (words.length !== tags.length)
      throw new AttuneError(
        'DATA_FIELDS',
        `${where}: expected ${words.length} tags, one a word, got ${tags.length}; correct the line`,
      );
    return { words, tags };
  });
}

function stringsIn(json: string, where: string): string[] {
  try {
    const list = JSON.parse(json);
    if (Array.isArray(list) && list.every((entry) => typeof entry === 'string' && entry !== '')) return list;
  } catch {}
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected a list of strings, none of them empty, got ${json.slice(0, 60)}`,
  );
}
