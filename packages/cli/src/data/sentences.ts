import { cleanLabel, field, requireColumn, type Table, type TableHeader } from '@attune/data';
import { extensionOf, readConll, readRows, readTable } from '@attune/data/node';
import { AttuneError, parseJson } from '@attune/internal';
import { lineOfWord, type TaggedWords } from '@attune/train';
import { UsageError } from '../program/failure';
import { acceptedTable, distinctRows, labeledTable } from './cleaning';
import { areIds, nameOfId } from './label-list';
import { spanSentences, taggedColumns, withEmptySpans } from './span-sentences';
import { joinLayers, layerColumns } from './tag-layers';

interface SentenceColumns {
  /** Of the words: a number in a CoNLL file, a name in JSON lines. */
  readonly text?: string;
  /** Of the tags. */
  readonly label?: string;
  /** The entity type of each tag column, for several columns or tags without a type. */
  readonly labelNames?: readonly string[];
  /** The names of tags that are ids, in the order of the ids; default: those in the metadata of a Parquet file. */
  readonly labelList?: readonly string[];
  readonly format?: string;
  /** Whether rows without tags are skipped; `deduplicate`: whether rows equal to an earlier one are dropped. */
  readonly skipUnlabeled?: boolean;
  readonly deduplicate?: boolean;
  /** Whether the white space around a tag is kept. */
  readonly verbatimTags?: boolean;
  /** Called with the number of entities left out because they overlap others. */
  readonly onNote?: (note: string) => void;
}

/** Whether a file has a word per line. */
export function isConll(path: string, format: string | undefined): boolean {
  return format === undefined ? /^\.(conll|conllu|bio|iob|iob2|bilou)$/.test(extensionOf(path)) : format === 'conll';
}

/** Whether a file has a list of tags, possibly empty, in every row. */
export const hasTagLists = (path: string, format: string | undefined): boolean =>
  listFormat(path, format) !== undefined;

/** The format of a file that has a list of words and one of tags in every row. */
function listFormat(path: string, format: string | undefined): ListFormat | undefined {
  if (format === 'jsonl' || format === 'json' || format === 'parquet') return format;
  return format === undefined ? listFormats[extensionOf(path)] : undefined;
}

type ListFormat = 'jsonl' | 'json' | 'parquet';

const listFormats: Readonly<Record<string, ListFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.parquet': 'parquet',
};

/**
 * Reads a file of tagged sentences: CoNLL columns (by default words in the first, tags in the last), or JSON lines such as
 * `{"tokens": ["We", "need", "Java"], "tags": ["O", "O", "B-SKILL"]}`, or Parquet with such lists, or texts with spans (`spanSentences`). Tags that are ids become their names.
 *
 * With `labelNames`, `label` has a column per name, separated by commas; they are merged into tags such as `B-name`, as by `mergeTagLayers`.
 *
 * @throws UsageError for a format that has no tagged words, and for a CoNLL column that is not a number; AttuneError as
 *   `readConll` and `readTable`, and DATA_FIELDS with the line that does not hold a list of words and their tags
 */
export async function readSentences(path: string, columns: SentenceColumns): Promise<TaggedWords[]> {
  const { deduplicate, onNote = () => {} } = columns;
  const sentences = await readAll(path, columns);
  if (!deduplicate) return sentences;
  const labels = sentences.map(({ tags }) => tags.join(' '));
  const texts = sentences.map(({ words }) => words.join(' '));
  return distinctRows(texts, { where: path, labels, onNote }).map((i) => sentences[i]);
}

async function readAll(path: string, columns: SentenceColumns): Promise<TaggedWords[]> {
  const { label, labelNames: names, onNote = () => {} } = columns;
  if (!names) return readTagged(path, columns);
  const tagColumns = layerColumns(label ?? (listFormat(path, columns.format) ? 'tags' : '-1'), names);
  const layers = await Promise.all(
    tagColumns.map((column, i) =>
      readTagged(path, { ...columns, label: column, tagColumns, ...(i > 0 && { onNote: () => {} }) }),
    ),
  );
  return joinLayers(layers, { names, where: path, onNote });
}

async function readTagged(
  path: string,
  {
    text,
    label,
    labelList,
    format,
    verbatimTags,
    ...more
  }: SentenceColumns & { readonly tagColumns?: readonly string[] },
): Promise<TaggedWords[]> {
  const lists = listFormat(path, format);
  if (lists) {
    const { skipUnlabeled = false, tagColumns, onNote = () => {} } = more;
    return readLists(
      path,
      { text, label },
      { format: lists, labelList, verbatimTags, skipUnlabeled, tagColumns, onNote },
    );
  }
  if (format === undefined && extensionOf(path) === '.csv')
    throw new AttuneError(
      'DATA_FORMAT',
      `${path}: expected tagged words, CoNLL or JSON lines, got ${extensionOf(path)}; write it as {"tokens": […], "tags": […]} per line, or pass --format conll if it holds a word and its tag per line`,
    );
  if (format !== undefined && format !== 'conll')
    throw new UsageError(`--format: expected conll, jsonl, json or parquet, which hold tagged words, got ${format}`);
  if (more.skipUnlabeled)
    throw new UsageError(`--skip-unlabeled: not used with ${path}, in which every word has a tag; remove it`);
  const options = {
    tokenColumn: text === undefined ? undefined : columnNumber('--text', text),
    tagColumn: columnNumber('--label', label ?? '-1'),
    verbatimTags,
    onNote: more.onNote,
  };
  return named(await readConll(path, { ...options, ...conllOptions(path) }), { names: labelList, where: path });
}

/**
 * Notes which column of a CoNLL file has the tags by default, where it has more than a word and a tag per line.
 *
 * The columns are those of the first line of a sentence; CoNLL-U has its own columns.
 */
export async function noteTagColumn(path: string, { format, onNote }: SentenceColumns): Promise<void> {
  if (!isConll(path, format) || conllOptions(path).conllu || path === '-') return;
  for await (const { fields } of (await readRows(path, { format: 'lines' })).rows) {
    const line = fields.text.trim();
    if (/^(#|-DOCSTART-|$)/.test(line)) continue;
    const count = line.split(/\s+/).length;
    if (count > 2) onNote?.(`${path}: tags are in column ${count - 1}, the last of ${count}; --label names another`);
    return;
  }
}

/** Options for CoNLL files with columns from the command line; a `.conllu` file may have any number of columns. */
export const conllOptions = (path: string) => ({
  columnNames: { token: '--text', tag: '--label' },
  conllu: extensionOf(path) === '.conllu' || undefined,
});

/** The number of a CoNLL column; throws UsageError for anything else. */
export function columnNumber(flag: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(
    `${flag}: expected the number of a column, counted from 0, or from the end with -1, got ${JSON.stringify(text)}; for JSON lines, whose columns have names, pass --format jsonl`,
  );
}

interface ListOptions {
  readonly format: ListFormat;
  readonly labelList?: readonly string[];
  readonly verbatimTags?: boolean;
  /** Whether rows without a value in the columns of tags are skipped. */
  readonly skipUnlabeled: boolean;
  /** Default the column of `label`. */
  readonly tagColumns?: readonly string[] | undefined;
  readonly onNote: (note: string) => void;
}

async function readLists(
  path: string,
  typed: Pick<SentenceColumns, 'text' | 'label'>,
  { format, labelList, verbatimTags, skipUnlabeled, tagColumns, onNote }: ListOptions,
): Promise<TaggedWords[]> {
  const ofHeader = (header: TableHeader) => [...taggedColumns(header, typed), ...(tagColumns ?? [])];
  const all = await readTable(path, { format, ...(format === 'parquet' && { columns: ofHeader }) });
  const [wordColumn, tagColumn] = taggedColumns(all, typed);
  for (const name of [wordColumn, tagColumn]) requireColumn(all, name);
  const areSpans = hasSpans(all, wordColumn, tagColumn);
  const own = tagColumns ?? [tagColumn];
  const judged = acceptedTable(all, [wordColumn, ...own], onNote);
  const accepted = areSpans ? withEmptySpans(judged, tagColumn) : judged;
  const table = skipUnlabeled ? labeledTable(accepted, { columns: own, areSpans }, onNote) : accepted;
  if (areSpans) return spanSentences(table, { text: wordColumn, spans: tagColumn }, { verbatimTags, onNote });
  const columns = { words: wordColumn, tags: tagColumn };
  const names = labelList ?? table.classNames?.[columns.tags];
  const sentences = table.rows.map((row) => {
    const where = `${table.where} line ${row.line}`;
    const words = stringsIn(field(row, columns.words), `${where}: ${JSON.stringify(columns.words)}`);
    const tags = tagsIn(field(row, columns.tags), names, `${where}: ${JSON.stringify(columns.tags)}`).map((tag) =>
      verbatimTags ? tag : cleanLabel(tag),
    );
    if (words.length !== tags.length)
      throw new AttuneError(
        'DATA_FIELDS',
        `${where}: expected ${words.length} tags, one per word, got ${tags.length}; correct the line`,
      );
    return { words, tags, line: row.line, lines: words.map(() => row.line) };
  });
  return named(sentences, { names, haveIds: labelList === undefined, where: table.where });
}

/** Whether a table has texts with spans: its texts are not lists, and its first list of tags that is not empty has no texts. */
function hasSpans({ rows }: Table, words: string, tags: string): boolean {
  if (words !== 'text' && rows.every((row) => listIn(field(row, words)))) return false;
  for (const row of rows) {
    const list = listIn(field(row, tags));
    if (list && list.length > 0) return list.every((entry) => typeof entry === 'object');
  }
  return true;
}

function stringsIn(json: string, where: string): string[] {
  const list = listIn(json);
  if (list?.every((entry): entry is string => typeof entry === 'string' && entry !== '')) return list;
  throw new AttuneError('DATA_FIELDS', `${where}: expected a list of non-empty strings, got ${json.slice(0, 60)}`);
}

/** Tags, or ids of tags if their names are given. */
function tagsIn(json: string, names: readonly string[] | undefined, where: string): string[] {
  const list = listIn(json);
  if (!list?.length || !list.every(Number.isInteger)) return stringsIn(json, where);
  if (names !== undefined) return list.map(String);
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected a list of non-empty strings, got ${json.slice(0, 60)}; name the tags of these ids, in their order: --label-list O,B-PER,I-PER, or a file with a name per line`,
  );
}

function listIn(json: string): unknown[] | undefined {
  try {
    const list = parseJson(json);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces ids of tags by their names. */
function named(
  sentences: TaggedWords[],
  {
    names,
    haveIds,
    where,
  }: { readonly names: readonly string[] | undefined; readonly haveIds?: boolean; readonly where: string },
): TaggedWords[] {
  if (names === undefined || !areIds(new Set(sentences.flatMap(({ tags }) => tags)), names, haveIds)) return sentences;
  return sentences.map((sentence) => ({
    ...sentence,
    tags: sentence.tags.map((tag, at) => nameOfId(tag, names, `${where} line ${lineOfWord(sentence, at)}`)),
  }));
}
