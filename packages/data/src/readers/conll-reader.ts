import { AttuneError } from '../attune-error';
import type { Line } from './lines';

/** The words of one sentence and the tag of each. */
export interface TaggedSentence {
  /** 1-based line of the file on which its first word stands. */
  readonly line: number;
  /** Which document it belongs to, counted from 0: a `-DOCSTART-` line begins the next. */
  readonly document: number;
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

export interface ConllOptions {
  /** How errors name the input; default `CoNLL`. */
  readonly where?: string;
  /** The column of the words, counted from 0; negative from the end, −1 the last. Default 0. */
  readonly tokenColumn?: number;
  /** The column of the tags, counted likewise. Default −1. */
  readonly tagColumn?: number;
}

/** Takes lines one by one and gives the sentences they complete. */
export interface ConllReader {
  read(line: Line): TaggedSentence[];
  /** The sentences that only the end of the file completes. */
  end(): TaggedSentence[];
}

/** What the first line of words settles for the whole file. */
interface Layout {
  readonly columnsOf: (text: string) => string[];
  readonly width: number;
}

interface OpenSentence extends TaggedSentence {
  readonly words: string[];
  readonly tags: string[];
}

/** A reader of lines of columns, of which `parseConll` says more. */
export function conllReader(options: ConllOptions = {}): ConllReader {
  const { where = 'CoNLL' } = options;
  let layout: Layout | undefined;
  let waiting: Line[] = [];
  let open: OpenSentence | undefined;
  let documents = 0;

  const close = (): TaggedSentence[] => {
    const complete = open === undefined ? [] : [open];
    open = undefined;
    return complete;
  };
  const readLine = (line: Line, { columnsOf, width }: Layout): TaggedSentence[] => {
    if (isBlank(line)) return close();
    const columns = columnsOf(line.text);
    if (isDocumentStart(columns)) {
      documents++;
      return close();
    }
    if (open === undefined && isHash(line) && columns.length !== width) return [];
    checkWidth(columns, width, `${where} line ${line.line}`);
    const { word, tag } = wordOf(columns, `${where} line ${line.line}`, options);
    open ??= { line: line.line, document: Math.max(0, documents - 1), words: [], tags: [] };
    open.words.push(word);
    open.tags.push(tag);
    return [];
  };

  return {
    read(line) {
      if (layout) return readLine(line, layout);
      waiting.push(line);
      const columnsOf = line.text.includes('\t') ? splitTabs : splitSpaces;
      if (isBlank(line) || isHash(line) || isDocumentStart(columnsOf(line.text))) return [];
      const settled = { columnsOf, width: columnsOf(line.text).length };
      layout = settled;
      const before = waiting;
      waiting = [];
      return before.flatMap((each) => readLine(each, settled));
    },
    end: close,
  };
}

const isBlank = ({ text }: Line): boolean => text.trim() === '';
const isHash = ({ text }: Line): boolean => text.startsWith('#');
const isDocumentStart = ([first]: readonly string[]): boolean => first === '-DOCSTART-';

const splitTabs = (text: string): string[] => text.split('\t');
/** Spaces only: a word may hold other white space, such as one that does not break. */
const splitSpaces = (text: string): string[] => text.split(' ').filter((part) => part !== '');

function checkWidth({ length }: readonly string[], width: number, where: string): void {
  if (length !== width)
    throw new AttuneError(
      'DATA_FIELDS',
      `${where}: expected ${width} columns, as in the first line of words, got ${length}; separate all lines alike, sentences by an empty line`,
    );
}

function wordOf(
  columns: readonly string[],
  where: string,
  { tokenColumn = 0, tagColumn = -1 }: ConllOptions,
): { word: string; tag: string } {
  const word = columnValue(columns, tokenColumn, { where, name: 'tokenColumn' });
  const tag = columnValue(columns, tagColumn, { where, name: 'tagColumn' });
  return { word, tag };
}

function columnValue(
  columns: readonly string[],
  column: number,
  { where, name }: { where: string; name: string },
): string {
  const value = columns.at(column);
  if (value === undefined)
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `${where}: expected a column ${column} (${name}), got ${columns.length} columns; count them from 0, or from the end with −1`,
    );
  if (value.trim() !== '') return value;
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected a word and its tag, got an empty column ${column} (${name}); fill it, or drop the line`,
  );
}
