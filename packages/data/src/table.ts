import { AttuneError } from './attune-error';
import { didYouMean } from './suggest';

/** One example as it was read. */
export interface Row {
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
  /** Values by column name. In a stream of JSON lines a row may lack a column: read it with `field`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What is known of a table before its rows: enough to check column names and to say where they were looked for. */
export interface TableHeader {
  /** The file's name (or `standard input`), as errors begin. */
  where: string;
  columns: readonly string[];
  /** 1-based line of the header; absent where the format has none. */
  headerLine?: number;
}

/** A table in memory. Every row has every column. */
export interface Table extends TableHeader {
  rows: Row[];
  /** What the reader mended, in sentences for the user. */
  warnings: string[];
}

/** A table whose rows are read as they are asked for, once. */
export interface RowStream extends TableHeader {
  rows: AsyncIterableIterator<Row>;
}

/** The row's value in a column; the empty string where a JSON line lacks it. */
export function field(row: Pick<Row, 'fields'>, name: string): string {
  // hasOwn, because a column may be called "constructor".
  return Object.hasOwn(row.fields, name) ? row.fields[name] : '';
}

/**
 * All values of a column, in order.
 *
 * Throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, when the table has no such column.
 * @example column(table, 'label') // ['31-33', '11', …]
 */
export function column(table: Table, name: string): string[] {
  requireColumn(table, name);
  return table.rows.map((row) => field(row, name));
}

/** Throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, unless the table has the column. */
export function requireColumn(header: TableHeader, name: string): void {
  if (header.columns.includes(name)) return;
  const place = header.headerLine === undefined ? header.where : `${header.where} line ${header.headerLine}`;
  throw new AttuneError(
    'DATA_COLUMN_MISSING',
    `${place}: expected a column ${JSON.stringify(name)}, got ${listColumns(header.columns)}${advice(header, name)}`,
  );
}

function advice({ columns, headerLine }: TableHeader, name: string): string {
  const near = didYouMean(name, columns);
  if (near !== '') return near;
  if (headerLine !== undefined && columns.length === 1 && /[,;|]/.test(columns[0]))
    return '; the header has no tabs: read the file as csv, not as tsv';
  return '; name one of these';
}

/** At most a dozen names, each shortened: a binary file's first line can be a megabyte long. */
function listColumns(columns: readonly string[]): string {
  const names = columns.slice(0, 12).map((name) => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name));
  const more = columns.length > 12 ? ` and ${columns.length - 12} more` : '';
  return `${names.join(', ')}${more}`;
}
