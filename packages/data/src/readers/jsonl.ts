import { AttuneError, JsonError, parseJson } from '@attune/internal';
import { type ColumnChoice, chosenColumns, emptyInput, field, type Row, type Table } from '../table';
import { type Line, lineColumn, linesOfText } from './lines';

/**
 * Parses JSON lines: one object per line, whose keys are the columns. Blank lines are skipped.
 *
 * Numbers and booleans are converted to text (integers with all digits), null and missing keys to the empty string (counted in
 * `warnings`), nested values to JSON.
 * A bare NaN, Infinity or -Infinity, which Python writes, is read as null (also counted).
 * @throws AttuneError `DATA_JSON` with the line of anything other than a JSON object, `DATA_EMPTY` if there is no object.
 */
export function parseJsonl(
  text: string,
  {
    where = 'JSON lines',
  }: {
    /** Name of the input in errors; default `JSON lines`. */
    where?: string;
  } = {},
): Table {
  const rows: Row[] = [];
  const bare = bareCounter();
  for (const line of linesOfText(text)) if (!isBlank(line)) rows.push(jsonRow(line, { where, bare }));
  const table = jsonlTable(rows, where);
  return { ...table, warnings: [...bare.warnings(where), ...table.warnings] };
}

/** Counts rows that contain a bare NaN, Infinity or -Infinity, which is read as null. */
export function bareCounter() {
  let rows = 0;
  let first = 0;
  return {
    add(line: number): void {
      if (rows++ === 0) first = line;
    },
    warnings: (where: string): string[] =>
      rows === 0
        ? []
        : [
            `${where}: ${rows} ${rows === 1 ? 'row contains' : 'rows contain'} NaN or Infinity (first on line ${first}), which is not JSON; read as null`,
          ],
  };
}

interface RowOptions {
  readonly where: string;
  /** Whether rows also have their JSON values. */
  readonly values?: boolean | undefined;
  readonly bare?: Pick<ReturnType<typeof bareCounter>, 'add'>;
}

interface ParseOptions {
  readonly place: string;
  readonly hint: string;
  onBare?(): void;
}

/** Whether a line is white space only. */
export function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}

/** The row of one JSON line. */
export function jsonRow({ line, text }: Line, { where, bare, values }: RowOptions): Row {
  const options = {
    place: `${where} line ${line}`,
    hint: 'put one object on each line',
    onBare: () => bare?.add(line),
  };
  return rowOf(line, parseObject(text, options), values);
}

const rowOf = (line: number, object: object, values = false): Row => ({
  ...{ line, fields: fieldsOf(object) },
  ...(values && { values: object as Readonly<Record<string, unknown>> }),
});

/** The row of one element of a JSON array: an object, or a string as plain text. */
export function elementRow({ line, text }: Line, { where, bare, values }: RowOptions): Row {
  const options = { place: `${where} line ${line}`, hint: elementHint, onBare: () => bare?.add(line) };
  if (text.startsWith('"')) return { line, fields: { [lineColumn]: String(parsed(text, options)) } };
  return rowOf(line, parseObject(text, options), values);
}

const elementHint = 'correct the array: elements must be objects, or strings for plain texts';

const fieldsOf = (value: object): Row['fields'] =>
  Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asText(entry)]));

interface JsonlColumns {
  /** Columns to keep; default all. */
  readonly columns?: ColumnChoice | undefined;
  /** Columns whose missing values are counted in the warnings; default those that are kept. */
  readonly counted?: ColumnChoice | undefined;
}

/** A table in which every row has all columns, or the chosen ones. */
export function jsonlTable(
  rows: readonly Row[],
  where: string,
  { columns: choose, counted }: JsonlColumns = {},
): Table {
  if (rows.length === 0) throw emptyInput(where);
  const all = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))];
  const columns = choose === undefined ? all : chosenColumns({ where, columns: all }, choose);
  const complete = rows.map(({ line, fields }) => ({
    line,
    fields: Object.fromEntries(columns.map((name) => [name, field({ fields }, name)])),
  }));
  const empty = emptyCounter(counted === undefined ? columns : chosenColumns({ where, columns }, counted));
  for (const row of complete) empty.add(row);
  return { where, columns, rows: complete, warnings: empty.warnings(where) };
}

/** Counts empty values per column. */
export function emptyCounter(columns: readonly string[]) {
  const counts = columns.map((name) => ({ name, empty: 0, first: 0 }));
  let rows = 0;
  return {
    add({ line, fields }: Row): void {
      rows++;
      for (const count of counts) if (fields[count.name] === '' && count.empty++ === 0) count.first = line;
    },
    warnings: (where: string): string[] =>
      counts.flatMap(({ name, empty, first }) =>
        empty === 0
          ? []
          : `${where}: ${JSON.stringify(name)} is missing, null or empty in ${empty} of ${rows} rows (first on line ${first}); read as empty text`,
      ),
  };
}

function parseObject(text: string, options: ParseOptions): object {
  const value = parsed(text, options);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new AttuneError(
    'DATA_JSON',
    `${options.place}: expected a JSON object such as {"text": "…"}, got ${kind}; ${options.hint}`,
  );
}

function parsed(text: string, { place, hint, onBare }: ParseOptions): unknown {
  try {
    return exactly(text);
  } catch (cause) {
    const standard = withoutBare(text);
    try {
      if (standard === text) throw cause;
      const value = exactly(standard);
      onBare?.();
      return value;
    } catch {
      throw new AttuneError('DATA_JSON', `${place}: ${problemOf(cause, text)}; ${hint}`, { cause });
    }
  }
}

function exactly(text: string): unknown {
  const value = parseJson(text);
  if (!mayLoseDigits.test(text)) return value;
  const exact = withAllDigits(text);
  return exact === text ? value : JSON.parse(exact);
}

/** Replaces NaN and infinities, which Python writes, by null. */
function withoutBare(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text;
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w.-])(?:NaN|-?Infinity)(?!\w)/g, (token) =>
    token.startsWith('"') ? token : 'null',
  );
}

function problemOf(cause: unknown, text: string): string {
  if (cause instanceof JsonError && cause.isTooDeep)
    return `expected a JSON object such as {"text": "…"}, got ${cause.message}, which is nested too deeply`;
  const got = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `expected a whole JSON object such as {"text": "…"}, got ${JSON.stringify(got)}`;
}

/** Whether a text has numbers with more digits, or larger exponents, than a double may hold. */
const mayLoseDigits = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/** Parses JSON; numbers that a double cannot hold become strings of their digits, so that distinct identifiers stay distinct. */
function withAllDigits(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') || isExact(token) ? token : `"${token}"`,
  );
}

/** Whether a number equals, digit by digit, the text of its double; never true for integers beyond 2⁵³. */
function isExact(token: string): boolean {
  const value = Number(token);
  if (String(value) === token) return Number.isSafeInteger(value) || !Number.isInteger(value);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && decimalOf(token) === decimalOf(String(value));
}

/** A decimal number without leading and trailing zeros: its digits, and the power of ten of the first. */
function decimalOf(token: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = `${whole}${fraction}`;
  const own = digits.replace(/^0+/, '').replace(/0+$/, '');
  if (own === '') return '0';
  const leading = digits.length - digits.replace(/^0+/, '').length;
  return `${sign}${own}e${whole.length - leading + Number(exponent)}`;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
