import type { Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { AttuneError } from '../../attune-error';
import { type Row, requireColumn, type TableHeader } from '../../table';
import { cellText } from './cell-text';
import { decompressors } from './codecs';
import { type ParquetColumn, readLayout } from './layout';
import type { RandomAccess } from './random-access';
import { readColumn } from './read-column';

export interface ParquetOptions {
  /** How errors name the file. */
  readonly where: string;
  /** The only columns to be decoded; all by default. */
  readonly columns?: readonly string[];
}

/** A file that is being read, and what is wanted of it. */
interface Reading {
  readonly file: RandomAccess;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly where: string;
}

/**
 * Opens a Parquet file whose rows are then read a row group at a time, and of it only the wanted columns.
 *
 * A row's `line` is its number, from 1. Values become text as those of JSON lines do; dates and times ISO 8601. Throws AttuneError as
 * `readLayout`, `DATA_COLUMN_MISSING`, and further down `DATA_PARQUET` and `DATA_ENCODING`.
 */
export async function openParquet(
  file: RandomAccess,
  { where, columns: wanted }: ParquetOptions,
): Promise<{ header: TableHeader; rows: AsyncGenerator<Row, undefined> }> {
  const { metadata, columns } = await readLayout(file, where);
  const all = { where, columns: columns.map(({ name }) => name) };
  for (const name of wanted ?? []) requireColumn(all, name);
  const chosen = wanted === undefined ? columns : columns.filter(({ name }) => wanted.includes(name));
  const header = { where, columns: chosen.map(({ name }) => name) };
  return { header, rows: parquetRows({ file, metadata, columns: chosen, where }) };
}

async function* parquetRows(reading: Reading): AsyncGenerator<Row, undefined> {
  const compressors = await decompressors();
  let line = 1;
  for (const [i, group] of reading.metadata.row_groups.entries()) {
    const cells = await readGroup(reading, { group, number: i + 1, compressors });
    for (let row = 0; row < Number(group.num_rows); row++) yield rowAt(reading, cells, { row, line: line++ });
  }
}

/** The values of each wanted column of a row group, `[columns][rows]`. */
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
  const entries = columns.map(({ name, element }, i) => {
    const text = cellText(cells[i][row], element);
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
