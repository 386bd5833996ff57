import { AttuneError, didYouMean } from '@attune/internal';

/** One row of a file. */
export interface Row {
  /** 1-based line of the file at which the row starts. */
  readonly line: number;
  /** Values by column name. A row from a stream of JSON lines may lack a column, so read it with `field`. */
  readonly fields: Readonly<Record<string, string>>;
  /** The parsed JSON object with all its keys, if requested from `readRows`; default absent. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Columns of a table, known before its rows, and the table's name for errors. */
export interface TableHeader {
  /** Name of the file (or `standard input`) at the start of errors. */
  readonly where: string;
  /** Names of the columns, in the order of the file. */
  readonly columns: readonly string[];
  /** 1-based line of the header; absent in formats without a header. */
  readonly headerLine?: number;
  /** Class names by column, for columns of class ids in a file that names the classes. */
  readonly classNames?: Readonly<Record<string, readonly string[]>>;
}

/** A table in memory. Every row has all columns. */
export interface Table extends TableHeader {
  /** The rows, in the order of the file. */
  readonly rows: Row[];
  /** Notes for the user about values that the reader replaced. */
  readonly warnings: string[];
}

/** A table whose rows are read while they are iterated, once. */
export interface RowStream extends TableHeader {
  /** The rows, in the order of the file; can be iterated once. */
  readonly rows: AsyncIterableIterator<Row>;
  /** Notes for the user about values that the reader replaced; complete once the rows have ended. */
  readonly warnings: readonly string[];
}

/** Columns by name, or a function of the header, which may throw if the header lacks a required column. */
export type ColumnChoice = readonly string[] | ((header: TableHeader) => readonly string[]);

/**
 * The chosen columns of a header, in its order.
 *
 * @throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, for an unknown column; and errors of the function
 */
export function chosenColumns(header: TableHeader, choose: ColumnChoice): string[] {
  const names = typeof choose === 'function' ? choose(header) : choose;
  for (const name of names) requireColumn(header, name);
  return header.columns.filter((name) => names.includes(name));
}

/**
 * The value of a row in a column; the empty string if a JSON line lacks it.
 *
 * @example field({ fields: { title: 'Welder' } }, 'title') // 'Welder'
 */
export function field(row: Pick<Row, 'fields'>, name: string): string {
  // hasOwn, because a column may be named "constructor".
  return Object.hasOwn(row.fields, name) ? row.fields[name] : '';
}

/**
 * All values of a column, in order.
 *
 * @throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, if the table has no such column.
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

function advice({ where, columns, headerLine }: TableHeader, name: string): string {
  const near = didYouMean(name, columns);
  if (near !== '') return near;
  if (headerLine !== undefined && columns.length === 1 && /[,;|]/.test(columns[0]))
    return '; the header has no tabs: read the file as csv, not as tsv';
  const [joined] = headerLine === undefined ? [] : columns.flatMap((column) => /[;|\t]/.exec(column) ?? []);
  if (joined !== undefined)
    return `; name one of these, or if ${JSON.stringify(joined)} separates columns, pass --delimiter ${joined === '\t' ? "$'\\t'" : `'${joined}'`}`;
  if (where === 'standard input' && headerLine === undefined && columns.length === 1)
    return '; standard input is read as plain lines: pass --format csv or --format jsonl for a table';
  if (headerLine !== undefined && columns.some(isValue))
    return "; name one of these, or if that line is a row, add a line with the columns' names before it";
  return '; name one of these';
}

/** Whether the name of a column is rather a number or a sentence. */
const isValue = (name: string) => /^-?\d+(\.\d+)?$/.test(name.trim()) || name.trim().split(/\s+/).length > 4;

/** At most a dozen names, each shortened: the first line of a binary file can be very long. */
function listColumns(columns: readonly string[]): string {
  const names = columns.slice(0, 12).map((name) => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name));
  const more = columns.length > 12 ? ` and ${columns.length - 12} more` : '';
  return `${names.join(', ')}${more}`;
}

/** Error for a file without header and rows. */
export function emptyInput(where: string): AttuneError {
  return new AttuneError(
    'DATA_EMPTY',
    `${where}: expected rows of data, got an empty file; check the path and the export`,
  );
}

/** Error for a file with only a header. */
export function headerOnly(header: TableHeader): AttuneError {
  return new AttuneError(
    'DATA_NO_ROWS',
    `${header.where} line ${header.headerLine}: expected rows below the header, got none; check the export`,
  );
}
