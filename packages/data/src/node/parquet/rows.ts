// Rows of a Parquet file: row group by row group, the chosen columns only.

import { AttuneError } from '@attune/internal';
import type { ColumnMetaData, Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { type ColumnChoice, chosenColumns, type Row, type TableHeader } from '../../table';
import type { RandomAccess } from '../bytes';
import { cellText, parsers } from './cells';
import { classNamesIn } from './class-names';
import { checkChunk, checkColumns, orDamaged, type ParquetColumn, readLayout } from './layout';
import { checkedPages, decompressors, levelsOf, type Page } from './pages';

interface ParquetOptions {
  /** Name of the file in errors. */
  readonly where: string;
  /** Chooses the columns to decode; default all. */
  readonly choose?: ColumnChoice;
}

/** A file that is being read, and the columns to read. */
interface Reading {
  readonly file: RandomAccess;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly where: string;
}

/**
 * Opens a Parquet file. Rows are read one row group at a time, and only in the chosen columns.
 *
 * A row's `line` is its number, from 1. Values become text as in JSON lines, dates and times ISO 8601.
 * @throws AttuneError as `readLayout`, `DATA_COLUMN_MISSING`, and in later rows `DATA_PARQUET` and `DATA_ENCODING`.
 */
export async function openParquet(
  file: RandomAccess,
  { where, choose }: ParquetOptions,
): Promise<{ header: TableHeader; rows: AsyncGenerator<Row, undefined> }> {
  const { metadata, columns } = await readLayout(file, where);
  const all = { where, columns: [...new Set(columns.map(({ name }) => name))] };
  const names = choose === undefined ? all.columns : chosenColumns(all, choose);
  const chosen = columns.filter(({ name }) => names.includes(name));
  checkColumns(chosen, where);
  const classNames = classNamesIn(metadata);
  const header = { where, columns: names, ...(classNames && { classNames }) };
  return { header, rows: parquetRows({ file, metadata, columns: chosen, where }) };
}

async function* parquetRows(reading: Reading): AsyncGenerator<Row, undefined> {
  const compressors = await decompressors();
  let line = 1;
  for (const [i, group] of reading.metadata.row_groups.entries()) {
    if (group.num_rows === 0n) continue; // its columns have no pages
    const cells = await readGroup(reading, { group, number: i + 1, compressors });
    for (let row = 0; row < Number(group.num_rows); row++) yield rowAt(reading, cells, { row, line: line++ });
  }
}

/** Values of a row group, [columns, rows]. */
async function readGroup(
  { file, metadata, columns, where }: Reading,
  { group, number, compressors }: { group: RowGroup; number: number; compressors: Compressors },
): Promise<unknown[][]> {
  const cells: unknown[][] = [];
  for (const column of columns) {
    const place = `${where} row group ${number} of ${metadata.row_groups.length}, column ${JSON.stringify(column.name)}`;
    cells.push(await readColumn({ file, metadata, group, column, compressors, where: place }));
  }
  return cells;
}

function rowAt(
  { columns, where }: Reading,
  cells: readonly unknown[][],
  { row, line }: { row: number; line: number },
): Row {
  const entries = columns.map(({ name, tree }, i) => {
    const text = cellText(cells[i][row], tree);
    if (text === undefined) throw notText(`${where} row ${line}, column ${JSON.stringify(name)}`);
    return [name, text];
  });
  return { line, fields: Object.fromEntries(entries) };
}

function notText(where: string): AttuneError {
  return new AttuneError(
    'DATA_ENCODING',
    `${where}: expected text in UTF-8, got other bytes; write the column as text, or choose other columns`,
  );
}

interface ColumnPlace {
  readonly file: RandomAccess;
  readonly metadata: FileMetaData;
  readonly group: RowGroup;
  readonly column: ParquetColumn;
  readonly compressors: Compressors;
  readonly where: string;
}

/** Values of one column in one row group, one per row; reads nothing else of the file. */
async function readColumn(place: ColumnPlace): Promise<unknown[]> {
  const { where, group, column } = place;
  return orDamaged(where, async () => {
    checkChunk(where, group, column);
    const values = await decode(place, await pagesOf(place));
    if (values.length !== Number(group.num_rows))
      throw new RangeError(`${values.length} values for ${group.num_rows} rows`);
    // Null is a value; undefined is a number beyond the end of a dictionary.
    if (column.isFlat && values.includes(undefined)) throw new RangeError('a value that the dictionary has not');
    return values;
  });
}

async function pagesOf({ file, metadata, group, column, compressors }: ColumnPlace): Promise<Page[]> {
  const { parquetSchema } = await import('hyparquet');
  const tree = parquetSchema(metadata);
  const pages: Page[] = [];
  for (const { meta_data: data } of group.columns) {
    if (data?.path_in_schema[0] !== column.name) continue;
    const start = startOf(data);
    const bytes = await file.slice(start, start + Number(data.total_compressed_size));
    const levels = levelsOf(tree, data.path_in_schema);
    for (const page of checkedPages(bytes, { data, levels, compressors })) pages.push(page);
  }
  return pages;
}

function startOf({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): number {
  return Number(dictionary === undefined || dictionary === 0n || dictionary > data ? data : dictionary);
}

async function decode(place: ColumnPlace, pages: readonly Page[]): Promise<unknown[]> {
  const { parquetRead } = await import('hyparquet');
  const { file, metadata, group, column } = place;
  const values: unknown[] = [];
  await parquetRead({
    file,
    metadata: { ...metadata, row_groups: [group], num_rows: group.num_rows },
    columns: [column.name],
    compressors: alreadyOpened(place.compressors, pages),
    parsers,
    geoparquet: false,
    // One by one: spreading a long page would overflow the stack.
    onChunk: ({ columnData }) => {
      for (const value of columnData) values.push(value);
    },
  });
  return values;
}

/** Returns the pages that were decompressed for the checks, in order, except for columns that consist of several parts. */
function alreadyOpened(compressors: Compressors, pages: readonly Page[]): Compressors {
  const left = [...pages].reverse();
  const open = (input: Uint8Array) => {
    const i = left.findLastIndex(({ compressed }) => Buffer.compare(compressed, input) === 0);
    if (i < 0) throw new RangeError('a page at another place than its header says');
    return left.splice(i, 1)[0].bytes;
  };
  return Object.fromEntries(Object.keys(compressors).map((codec) => [codec, open]));
}
