import { AttuneError, didYouMean } from '@attune/internal';

/** One example as read from a file. */
export interface Row {
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
  /** Values by column name. In a stream of JSON lines a row may lack a column: read it with `field`. */
  readonly fields: Readonly<Record<string, string>>;
  /** The object of JSON as it was read, with all its keys, where `readRows` is asked for it; default absent. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The part of a table that is known before its rows: the columns, and their place for errors. */
export interface TableHeader {
  /** The file's name (or `standard input`), with which errors begin. */
  readonly where: string;
  /** Names of the columns, in the order of the file. */
  readonly columns: readonly string[];
  /** 1-based line of the header; absent where the format has none. */
  readonly headerLine?: number;
  /** The names of classes whose ids a column holds, by column, where the file says them. */
  readonly classNames?: Readonly<Record<string, readonly string[]>>;
}

/** A table in memory. Every row has every column. */
export interface Table extends TableHeader {
  /** The rows, in the order of the file. */
  readonly rows: Row[];
  /** Sentences for the user about what the reader replaced. */
  readonly warnings: string[];
}

/** A table whose rows are read while they are iterated over, once. */
export interface RowStream extends TableHeader {
  /** The rows, in the order of the file; they can be iterated over once. */
  readonly rows: AsyncIterableIterator<Row>;
  /** Sentences for the user about what the reader replaced; all of them once the rows have ended. */
  readonly warnings: readonly string[];
}

/** Columns by name, or chosen by the header; a choice may throw for a header that has not what it needs. */
export type ColumnChoice = readonly string[] | ((header: TableHeader) => readonly string[]);

/**
 * The columns of a header that are chosen, in its own order.
 *
 * @throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, for an unknown one; and what the choice throws
 */
export function chosenColumns(header: TableHeader, choose: ColumnChoice): string[] {
  const names = typeof choose === 'function' ? choose(header) : choose;
  for (const name of names) requireColumn(header, name);
  return header.columns.filter((name) => names.includes(name));
}

/**
 * The value of a row in a column; the empty string where a JSON line lacks it.
 *
 * @example field({ fields: { title: 'Welder' } }, 'title') // 'Welder'
 */
export function field(row: Pick<Row, 'fields'>, name: string): string {
  // hasOwn, because a column may be called "constructor".
  return Object.hasOwn(row.fields, name) ? row.fields[name] : '';
}

/**
 * All values of a column, in order.
 *
 * @throws AttuneError `DATA_COLUMN_MISSING`, with the nearest name, when the table has no such column.
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
  const [joined] = headerLine === undefined ? [] : columns.flatMap((column) => /[;|\t]/.exec(column) ?? []);
  if (joined !== undefined)
    return `; name one of these, or where ${JSON.stringify(joined)} separates columns: --delimiter ${joined === '\t' ? "$'\\t'" : `'${joined}'`}`;
  return '; name one of these';
}

/** At most a dozen names, each shortened: a binary file's first line can be a megabyte long. */
function listColumns(columns: readonly string[]): string {
  const names = columns.slice(0, 12).map((name) => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name));
  const more = columns.length > 12 ? ` and ${columns.length - 12} more` : '';
  return `${names.join(', ')}${more}`;
}

/** The error about a file without a row or header. */
export function emptyInput(where: string): AttuneError {
  return new AttuneError(
    'DATA_EMPTY',
    `${where}: expected rows of data, got an empty file; check the path and the export`,
  );
}

/** The error about a file with a header only. */
export function headerOnly(header: TableHeader): AttuneError {
  return new AttuneError(
    'DATA_NO_ROWS',
    `${header.where} line ${header.headerLine}: expected rows below the header, got none; check the export`,
  );
}
