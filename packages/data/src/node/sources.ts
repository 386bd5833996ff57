// Sources of rows: an opener per text format, with the header and the remaining rows.
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { csvReader } from '../readers/csv-reader';
import { holdsHeader, startOf } from '../readers/csv-start';
import { fastTextColumns, fastTextRow, isFastText } from '../readers/fasttext';
import { elementsOfChunks } from '../readers/json-array';
import { bareCounter, elementRow, emptyCounter, isBlank, jsonRow } from '../readers/jsonl';
import { type Line, lineColumn, lineRow, linesOfChunks, returnsNote, withLineFeeds } from '../readers/lines';
import { objectOverLines, refuseOneObject } from '../readers/one-object';
import { type ColumnChoice, chosenColumns, field, type Row, type TableHeader } from '../table';

/** The remaining rows, and the header, known once the first row was read. */
export interface RowSource {
  readonly rows: AsyncGenerator<Row, undefined>;
  header(first: Row | undefined): TableHeader | undefined;
  /** Notes for the user; complete once the rows have ended. */
  readonly warnings: readonly string[];
}

export interface SourceOptions {
  readonly where: string;
  /** Columns to keep; default all, in order. */
  readonly choose?: ColumnChoice | undefined;
  /** Columns whose empty values are counted; default the chosen ones. */
  readonly counted?: ColumnChoice | undefined;
  /** Whether rows also have their JSON values. */
  readonly values?: boolean | undefined;
  readonly delimiter?: string | undefined;
}

type Opener = (text: AsyncIterableIterator<string>, options: SourceOptions) => Promise<RowSource>;

/** An opener for each text format. */
export const openers: Readonly<Record<'csv' | 'tsv' | 'jsonl' | 'json' | 'lines', Opener>> = {
  csv: openCsv,
  tsv: (text, options) => openCsv(text, { ...options, delimiter: options.delimiter ?? '\t' }),
  jsonl: openJsonLines,
  json: openJson,
  lines: openLines,
};

async function openCsv(text: AsyncIterableIterator<string>, { where, ...options }: SourceOptions): Promise<RowSource> {
  const begun = await begunUntil(text, holdsHeader);
  const start = startOf(begun, options);
  const reader = csvReader(where, { ...start, choose: options.choose });
  const warnings: string[] = [];
  async function* seen(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      reader.see(chunk);
      yield chunk;
    }
  }
  async function* rows(): AsyncGenerator<Row, undefined> {
    const parser = parse(reader.options);
    // The loop below throws errors; the callback keeps `pipeline` from throwing them again.
    pipeline(Readable.from(seen(startingWith(begun.slice(start.length), text))), parser, () => {});
    try {
      for await (const row of parser) yield row;
      warnings.push(...reader.warnings());
    } catch (error) {
      throw reader.explain(error);
    }
  }
  return { rows: rows(), header: reader.header, warnings };
}

/** One object per line, or else an array of objects. */
async function openJsonLines(text: AsyncIterableIterator<string>, options: SourceOptions): Promise<RowSource> {
  const begun = await begunUntil(text, (start) => start.trim().length > 1);
  const all = startingWith(begun, text);
  const rowsOf = /^\s*\[\s*(\{|$)/.test(begun) ? elementRows : jsonRows;
  return openObjects((notes) => rowsOf(all, options, notes), options);
}

/** An array, or otherwise one object per line. */
async function openJson(text: AsyncIterableIterator<string>, options: SourceOptions): Promise<RowSource> {
  const begun = await begunUntil(text, (start) => start.trim().length > 1);
  const all = startingWith(begun, text);
  const isArray = begun.trimStart().startsWith('[');
  if (/^\s*\{[^\S\n]*\n/.test(begun)) throw objectOverLines(options.where);
  return openObjects(
    (notes) => (isArray ? elementRows(all, options, notes) : fromTwo(jsonRows(all, options, notes), options)),
    options,
  );
}

/** Rows of objects, of which a single one may be a table. */
async function* fromTwo(
  rows: AsyncGenerator<Row, undefined>,
  { where }: SourceOptions,
): AsyncGenerator<Row, undefined> {
  const first = await rows.next();
  if (first.done) return;
  const second = await rows.next();
  if (second.done) refuseOneObject(first.value, where);
  yield first.value;
  if (second.done) return;
  yield second.value;
  yield* rows;
}

/** Rows of JSON; notes for the user are complete once they have ended. */
async function* jsonRows(
  text: AsyncIterable<string>,
  { where, values }: SourceOptions,
  notes: string[],
): AsyncGenerator<Row, undefined> {
  const options = { where, values, bare: bareCounter() };
  // JSON strings contain no raw line ends, so a lone carriage return also ends a line.
  for await (const line of linesOfChunks(withLineFeeds(text))) if (!isBlank(line)) yield jsonRow(line, options);
  notes.push(...options.bare.warnings(where));
}

async function* elementRows(
  text: AsyncIterable<string>,
  { where, values }: SourceOptions,
  notes: string[],
): AsyncGenerator<Row, undefined> {
  const options = { where, values, bare: bareCounter() };
  for await (const { number, ...element } of numbered(elementsOfChunks(text, where)))
    yield { ...elementRow(element, options), line: number };
  notes.push(...options.bare.warnings(where));
}

/** Elements with an identification: the line of each or, if the first two share one, the number of each. */
async function* numbered(elements: AsyncGenerator<Line>): AsyncGenerator<Line & { readonly number: number }> {
  const first = await elements.next();
  if (first.done) return;
  const second = await elements.next();
  const areDense = !second.done && second.value.line === first.value.line;
  const numberOf = ({ line }: Line, at: number) => (areDense ? at : line);
  yield { ...first.value, number: numberOf(first.value, 1) };
  if (second.done) return;
  yield { ...second.value, number: numberOf(second.value, 2) };
  let at = 2;
  for await (const element of elements) yield { ...element, number: numberOf(element, ++at) };
}

/** Maximum number of UTF-16 units that are read ahead for a key that the first objects lack. */
const maxAhead = 64 * 2 ** 20;

/**
 * Rows of objects. The columns are the keys of the first object, or the chosen ones. Any object may lack some of them, including the first, so
 * objects are read ahead until all chosen keys have been seen.
 */
async function openObjects(
  rowsOf: (notes: string[]) => AsyncGenerator<Row, undefined>,
  { where, choose, counted }: SourceOptions,
): Promise<RowSource> {
  const warnings: string[] = [];
  const objects = rowsOf(warnings);
  if (choose === undefined)
    return { rows: objects, header: (first) => first && { where, columns: Object.keys(first.fields) }, warnings };
  const { begun, columns } = await aheadUntil(objects, { where, choose });
  const own = counted && chosenColumns({ where, columns }, counted);
  const rows = countingEmpty(startingWithAll(begun, objects), { where, columns, counted: own, warnings });
  return { rows, header: (first) => first && { where, columns }, warnings };
}

async function aheadUntil(
  objects: AsyncGenerator<Row, undefined>,
  { where, choose }: { readonly where: string; readonly choose: ColumnChoice },
): Promise<{ begun: Row[]; columns: string[] }> {
  const begun: Row[] = [];
  const seen = new Set<string>();
  let problem: unknown;
  for (let ahead = 0; ahead < maxAhead; ) {
    const { done, value } = await objects.next();
    if (done) break;
    begun.push(value);
    const known = seen.size;
    for (const [name, text] of Object.entries(value.fields)) {
      seen.add(name);
      ahead += text.length;
    }
    if (seen.size === known && known > 0) continue;
    try {
      return { begun, columns: chosenColumns({ where, columns: [...seen] }, choose) };
    } catch (error) {
      problem = error;
    }
  }
  if (problem !== undefined) throw problem;
  return { begun, columns: [] };
}

interface Counting {
  readonly where: string;
  readonly columns: readonly string[];
  /** Columns whose empty values are counted; default all. */
  readonly counted?: readonly string[] | undefined;
  readonly warnings: string[];
}

/** Rows with these columns; counts their empty values. */
export async function* countingEmpty(
  rows: AsyncIterable<Row>,
  { where, columns, counted = columns, warnings }: Counting,
): AsyncGenerator<Row, undefined> {
  const empty = emptyCounter(counted);
  for await (const { fields, ...more } of rows) {
    const row = { ...more, fields: Object.fromEntries(columns.map((name) => [name, field({ fields }, name)])) };
    empty.add(row);
    yield row;
  }
  warnings.push(...empty.warnings(where));
}

async function openLines(text: AsyncIterableIterator<string>, { where }: SourceOptions): Promise<RowSource> {
  const begun = await begunUntil(text, () => true);
  const all = startingWith(begun, text);
  const [rowOf, columns] = isFastText(begun) ? [fastTextRow, fastTextColumns] : [lineRow, [lineColumn]];
  const isReturns = /\r(?=[^\n])/.test(begun) && !begun.includes('\n');
  const warnings: string[] = [];
  async function* rows(): AsyncGenerator<Row, undefined> {
    const held = { count: 0, first: 0 };
    for await (const line of linesOfChunks(isReturns ? withLineFeeds(all) : all)) {
      if (line.text.includes('\r') && held.count++ === 0) held.first = line.line;
      yield rowOf(line);
    }
    if (isReturns) warnings.push(returnsNote(where, 'a row'));
    if (held.count > 0)
      warnings.push(
        `${where}: ${held.count} ${held.count === 1 ? 'line holds' : 'lines hold'} a lone carriage return (CR) (first line ${held.first}), which does not end a row, because lines end in LF`,
      );
  }
  return { rows: rows(), header: () => ({ where, columns }), warnings };
}

/** Reads the text until `isEnough` returns true, or to its end. */
export async function begunUntil(text: AsyncIterator<string>, isEnough: (begun: string) => boolean): Promise<string> {
  let begun = '';
  for (let next = await text.next(); !next.done; next = await text.next()) {
    begun += next.value;
    if (isEnough(begun)) break;
  }
  return begun;
}

export async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  yield first;
  yield* rest;
}

async function* startingWithAll<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  yield* first;
  yield* rest;
}
