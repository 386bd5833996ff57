import { extname } from 'node:path';
import { equalTextGroups, field, type MergedTags, mergeTagLayers, requireColumn, split } from '@attune/data';
import { readConll, readTable } from '@attune/data/node';
import { AttuneError, parseJson } from '@attune/internal';
import type { TaggedWords } from '@attune/train';
import { UsageError } from '../program/failure';
import { counted } from '../program/terminal';

interface SentenceColumns {
  /** Of the words: a number in a CoNLL file, a name in JSON lines. */
  readonly text?: string;
  /** Of the tags. */
  readonly label?: string;
  /** The entity type of each tag column, where there are several columns or tags without a type. */
  readonly labelNames?: readonly string[];
  readonly format?: string;
  /** Called with the number of entities left out because they overlap others. */
  readonly onNote?: (note: string) => void;
}

/** Whether a file has a word per line. */
export function isConll(path: string, format: string | undefined): boolean {
  return format === undefined ? /^\.(conll|conllu|bio|iob|iob2|bilou)$/i.test(extname(path)) : format === 'conll';
}

const isJsonl = (path: string, format: string | undefined) =>
  format === undefined ? /^\.(jsonl|ndjson)$/i.test(extname(path)) : format === 'jsonl';

/**
 * Reads a file of tagged sentences: CoNLL columns (by default words in the first, tags in the last), or JSON lines such as
 * `{"tokens": ["We", "need", "Java"], "tags": ["O", "O", "B-SKILL"]}`.
 *
 * With `labelNames`, `label` has a column per name, separated by commas; they are merged into tags such as `B-name`, as by `mergeTagLayers`.
 *
 * @throws UsageError for a format that has no tagged words, and for a CoNLL column that is no number; AttuneError as
 *   `readConll` and `readTable`, and DATA_FIELDS with the line that holds no list of words and their tags
 */
export async function readSentences(path: string, columns: SentenceColumns): Promise<TaggedWords[]> {
  const { label, labelNames: names, onNote = () => {} } = columns;
  if (!names) return readTagged(path, columns);
  const tagColumns = layerColumns(label ?? (isJsonl(path, columns.format) ? 'tags' : '-1'), names);
  const layers = await Promise.all(tagColumns.map((column) => readTagged(path, { ...columns, label: column })));
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
    const list = parseJson(json);
    if (Array.isArray(list) && list.every((entry) => typeof entry === 'string' && entry !== '')) return list;
  } catch {}
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected a list of strings, none of them empty, got ${json.slice(0, 60)}`,
  );
}

/** The columns of `--label 1,2`, one a name of `--label-names`. */
function layerColumns(label: string, names: readonly string[]): string[] {
  const columns = label.split(',');
  if (columns.length === names.length) return columns;
  throw new UsageError(
    `--label-names: expected a name for each of ${counted(columns.length, 'column')} of --label, got ${names.length}`,
  );
}

interface LayerOptions {
  readonly names: readonly string[];
  readonly where: string;
  readonly onNote: (note: string) => void;
}

/**
 * Sentences read once a column of tags, joined into one of all types; says how many entities overlap others and are left out.
 *
 * @throws AttuneError DATA_FIELDS with the line of a tag that is not BIO
 */
function joinLayers(
  layers: readonly (readonly TaggedWords[])[],
  { names, where, onNote }: LayerOptions,
): TaggedWords[] {
  const dropped = names.map(() => 0);
  const joined = layers[0].map((sentence, i): TaggedWords => {
    const merged = mergedAt(layers, i, { names, where });
    merged.dropped.forEach((count, layer) => {
      dropped[layer] += count;
    });
    return { ...sentence, tags: merged.tags };
  });
  dropped.forEach((count, layer) => {
    if (count > 0)
      onNote(`${where}: ${count} of ${names[layer]} left out, for they overlap ${names.slice(0, layer).join(' or ')}`);
  });
  return joined;
}

function mergedAt(
  layers: readonly (readonly TaggedWords[])[],
  i: number,
  { names, where }: Pick<LayerOptions, 'names' | 'where'>,
): MergedTags {
  try {
    return mergeTagLayers(layers.map((sentences, layer) => ({ tags: sentences[i].tags, name: names[layer] })));
  } catch (cause) {
    const { line } = layers[0][i];
    const place = line === undefined ? `sentence ${i} (counted from 0)` : `the sentence at line ${line}`;
    const problem = (cause as Error).message.replace(/^mergeTagLayers: /, '');
    throw new AttuneError('DATA_FIELDS', `${where}, ${place}: ${problem}`, { cause });
  }
}

/** Parts of sentences: training, validation and, where there are three, test. */
interface SplitSentences {
  readonly train: readonly TaggedWords[];
  readonly validation: readonly TaggedWords[];
  readonly test?: readonly TaggedWords[];
  /** Sentences moved to training, because they have a tag that no sentence there had. */
  readonly moved: number;
}

/**
 * Splits sentences at random, equal ones kept together. A sentence with a tag that training would not know goes there, and
 * those equal to it.
 */
export function splitSentences(
  sentences: readonly TaggedWords[],
  { fractions, seed }: { readonly fractions: readonly number[]; readonly seed: number },
): SplitSentences {
  const groups = equalTextGroups(sentences.map(({ words }) => words.join(' ')));
  const [training, ...others] = split({ groups, fractions, seed }).parts;
  const known = new Set(Array.from(training, (i) => sentences[i].tags).flat());
  const isUnknown = (i: number) => sentences[i].tags.some((tag) => !known.has(tag));
  const movedGroups = new Set(others.flatMap((part) => Array.from(part.filter(isUnknown), (i) => groups[i])));
  const moved = others.flatMap((part) => [...part].filter((i) => movedGroups.has(groups[i])));
  const pick = (indices: Iterable<number>) => Array.from(indices, (i) => sentences[i]);
  const [validation, test] = others.map((part) => pick([...part].filter((i) => !movedGroups.has(groups[i]))));
  const train = pick([...training, ...moved].sort((a, b) => a - b));
  return { train, validation, ...(test && { test }), moved: moved.length };
}
