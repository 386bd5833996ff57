import { AttuneError } from '@attune/internal';
import { cleanLabel } from '../labels';
import { emptyInput } from '../table';
import { endsInReturns, type Line, linesOfText, returnsNote } from './lines';

/** The words of one sentence with their tags. */
export interface TaggedSentence {
  /** 1-based line of its first word in the file. */
  readonly line: number;
  /** Index of its document; a `-DOCSTART-` line starts the next. */
  readonly document: number;
  /** The words, in order. */
  readonly words: readonly string[];
  /** The tag of each word. */
  readonly tags: readonly string[];
  /** The line of each word, if they are not consecutive. */
  readonly lines?: readonly number[];
}

/** Options of `parseConll`. */
export interface ConllOptions {
  /** Name of the input in errors; default `CoNLL`. */
  readonly where?: string;
  /** Column of the words, from 0; negative counts from the end, −1 for the last. Default 0, in CoNLL-U 1. */
  readonly tokenColumn?: number;
  /** Column of the tags, counted in the same way; default −1. */
  readonly tagColumn?: number;
  /** Whether lines with ids in the first column are CoNLL-U; default: if there are ten tab-separated columns and the first id is 1. */
  readonly conllu?: boolean;
  /** Names of the two columns in errors; default `tokenColumn` and `tagColumn`. */
  readonly columnNames?: {
    /** Name of the column of words. */
    readonly token: string;
    /** Name of the column of tags. */
    readonly tag: string;
  };
  /** Keeps white space that is part of a tag, for models that were trained with it; default false. */
  readonly verbatimTags?: boolean;
  /** Called with notes on unusual text, such as lines that end in a lone carriage return. Default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * Parses CoNLL text: one word per line with its tag in another column, and an empty line after each sentence.
 *
 * Tags are trimmed of white space and characters without width, and normalized to Unicode NFC.
 * Columns are separated by tabs if the first line of words has one, otherwise by spaces. `-DOCSTART-` lines are skipped,
 * and so are comments: lines before the first word of a sentence that begin with `#` and have a different number of columns. In CoNLL-U
 * every line that begins with `#` is a comment, and multiword ranges (`2-3`) and empty nodes (`8.1`) are skipped.
 * A word may be white space, such as a no-break space. Lines end in LF or CRLF, or all end in a lone carriage return.
 * @throws AttuneError with the line: `DATA_FIELDS` (a different number of columns, an empty word or tag),
 * `DATA_COLUMN_MISSING`, `DATA_EMPTY`.
 * @example
 * const [{ words, tags }] = parseConll('Ada B-PER\nwrote O\n'); // ['Ada', 'wrote'], ['B-PER', 'O']
 * @see https://www.clips.uantwerpen.be/conll2003/ner/ and https://universaldependencies.org/format.html
 */
export function parseConll(text: string, options: ConllOptions = {}): TaggedSentence[] {
  const reader = conllReader(options);
  const sentences: TaggedSentence[] = [];
  const isReturns = endsInReturns(text);
  if (isReturns) options.onNote?.(returnsNote(options.where ?? 'CoNLL', 'a word'));
  for (const line of linesOfText(isReturns ? text.replace(/\r\n?/g, '\n') : text)) sentences.push(...reader.read(line));
  sentences.push(...reader.end());
  if (sentences.length === 0) throw emptyInput(options.where ?? 'CoNLL');
  return sentences;
}

/** Takes lines one by one and returns the sentences that they complete. */
interface ConllReader {
  read(line: Line): TaggedSentence[];
  /** Returns the sentence that the end of the file completes. */
  end(): TaggedSentence[];
}

/** Set by the first line of words, for the whole file. */
interface Layout {
  readonly columnsOf: (text: string) => string[];
  readonly width: number;
  readonly isConllu: boolean;
}

interface OpenSentence extends TaggedSentence {
  readonly words: string[];
  readonly tags: string[];
  readonly lines: number[];
}

/** A reader of lines in CoNLL format; see `parseConll`. */
export function conllReader(options: ConllOptions = {}): ConllReader {
  const { where = 'CoNLL' } = options;
  let layout: Layout | undefined;
  let waiting: Line[] = [];
  let open: OpenSentence | undefined;
  let documents = 0;

  const close = (): TaggedSentence[] => {
    const complete = open === undefined ? [] : [closed(open)];
    open = undefined;
    return complete;
  };
  const readLine = (line: Line, { columnsOf, width, isConllu }: Layout): TaggedSentence[] => {
    if (width === 1 ? /^[ \t]*$/.test(line.text) : isBlank(line)) return close();
    if (isConllu && isHash(line)) return [];
    const columns = columnsOf(line.text);
    if (isDocumentStart(columns)) {
      documents++;
      return close();
    }
    if (open === undefined && isHash(line) && columns.length !== width) return [];
    checkWidth(columns, width, `${where} line ${line.line}`);
    if (isConllu && isNoWord(columns)) return [];
    const { tokenColumn = isConllu ? 1 : 0 } = options;
    const { word, tag } = wordOf(columns, `${where} line ${line.line}`, { ...options, tokenColumn });
    open ??= { line: line.line, document: Math.max(0, documents - 1), words: [], tags: [], lines: [] };
    open.words.push(word);
    open.tags.push(tag);
    open.lines.push(line.line);
    return [];
  };

  return {
    read(line) {
      refuseSeveral(line, where);
      if (layout) return readLine(line, layout);
      waiting.push(line);
      const columnsOf = line.text.includes('\t') ? splitTabs : splitSpaces;
      if (isBlank(line) || isHash(line) || isDocumentStart(columnsOf(line.text))) return [];
      const columns = columnsOf(line.text);
      const settled = { columnsOf, width: columns.length, isConllu: isConllu(line, columns, options) };
      layout = settled;
      const before = waiting;
      waiting = [];
      return before.flatMap((each) => readLine(each, settled));
    },
    end: close,
  };
}

/** Lines that end in a lone carriage return, while others end in LF. */
function refuseSeveral({ line, text }: Line, where: string): void {
  if (!text.includes('\r')) return;
  const lines = text.split('\r').filter((part) => part.trim() !== '');
  const [first, ...others] = lines.map((part) => (part.includes('\t') ? splitTabs : splitSpaces)(part).length);
  if (others.length === 0 || others.some((width) => width !== first)) return;
  throw new AttuneError(
    'DATA_FIELDS',
    `${where} line ${line}: expected one word and its columns, got ${lines.length} lines that end in a lone carriage return (CR), while others end in LF; end every line with LF`,
  );
}

const isBlank = ({ text }: Line): boolean => text.trim() === '';
const isHash = ({ text }: Line): boolean => text.startsWith('#');
const isDocumentStart = ([first]: readonly string[]): boolean => first === '-DOCSTART-';

/** Whether the first line of words is CoNLL-U, if the file may be. */
function isConllu({ text }: Line, { length, 0: first }: readonly string[], { conllu }: ConllOptions): boolean {
  if (conllu !== undefined) return conllu && length > 2 && /^\d+([-.]\d+)?$/.test(first);
  return length === 10 && text.includes('\t') && /^(1|1-\d+|0\.\d+)$/.test(first);
}

/** Whether an id is that of a multiword range or an empty node. */
const isNoWord = ([id]: readonly string[]): boolean => /^\d+[-.]\d+$/.test(id);

/** A sentence; has the lines of its words only if they are not consecutive. */
function closed({ lines, ...sentence }: OpenSentence): TaggedSentence {
  return lines.every((line, i) => line === sentence.line + i) ? sentence : { ...sentence, lines };
}

const splitTabs = (text: string): string[] => text.split('\t');
/** Splits at spaces only: a word may contain other white space, such as a no-break space. */
const splitSpaces = (text: string): string[] => text.split(' ').filter((part) => part !== '');

function checkWidth({ length }: readonly string[], width: number, where: string): void {
  if (length !== width)
    throw new AttuneError(
      'DATA_FIELDS',
      `${where}: expected ${width} columns, as in the first line of words, got ${length}; separate columns in the same way on all lines, and sentences by an empty line`,
    );
}

function wordOf(
  columns: readonly string[],
  where: string,
  { tokenColumn = 0, tagColumn = -1, columnNames, verbatimTags = false }: ConllOptions,
): { word: string; tag: string } {
  const names = columnNames ?? { token: 'tokenColumn', tag: 'tagColumn' };
  // A file with words only uses them as tags, which may be characters without width.
  const isWordsAlone = columns.length === 1;
  const tagOf = (text: string) => (verbatimTags || isWordsAlone ? text : cleanLabel(text));
  const isEmptyTag = (text: string) => (isWordsAlone ? isEmptyWord(text) : tagOf(text).trim() === '');
  return {
    word: columnValue(columns, tokenColumn, { where, name: names.token, isEmpty: isEmptyWord }),
    tag: tagOf(columnValue(columns, tagColumn, { where, name: names.tag, isEmpty: isEmptyTag })),
  };
}

/** A word may consist of white space other than spaces. */
const isEmptyWord = (word: string) => /^ *$/.test(word);

function columnValue(
  columns: readonly string[],
  column: number,
  { where, name, isEmpty }: { where: string; name: string; isEmpty: (value: string) => boolean },
): string {
  const value = columns.at(column);
  if (value === undefined)
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `${where}: expected a column ${column} (${name}), got ${columns.length} columns; count from 0, or from the end with −1 for the last`,
    );
  if (!isEmpty(value)) return value;
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected a word and its tag, got an empty column ${column} (${name}); fill it in, or remove the line`,
  );
}
