import { AttuneError, parseJson } from '@attune/internal';
import { emptyInput, field, type Row, type Table } from '../table';
import { type Line, linesOfText } from './lines';

/**
 * A table from JSON lines: one object per line, whose keys are the columns; blank lines are skipped.
 *
 * Numbers and booleans become their decimal or literal form (integers all their digits), null and missing keys the empty string (counted in
 * `warnings`), nested values their JSON.
 * @throws AttuneError `DATA_JSON` with the line of anything that is not a JSON object, `DATA_EMPTY` when there is none.
 */
export function parseJsonl(text: string, { where = 'JSON lines' }: { where?: string } = {}): Table {
  const rows: Row[] = [];
  for (const line of linesOfText(text)) if (!isBlank(line)) rows.push(jsonRow(line, where));
  return jsonlTable(rows, where);
}

/** Whether a line is white space only. */
export function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}

/** The row of one JSON line. */
export function jsonRow({ line, text }: Line, where: string): Row {
  const value = parseObject(text, `${where} line ${line}`);
  return { line, fields: Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asText(entry)])) };
}

/** A table in which every row has every column of any row; missing values are counted in the warnings. */
export function jsonlTable(rows: readonly Row[], where: string): Table {
  if (rows.length === 0) throw emptyInput(where);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))];
  const complete = rows.map(({ line, fields }) => ({
    line,
    fields: Object.fromEntries(columns.map((name) => [name, field({ fields }, name)])),
  }));
  const warnings = columns.map((name) => emptyValues(complete, name, where)).filter((warning) => warning !== undefined);
  return { where, columns, rows: complete, warnings };
}

function emptyValues(rows: readonly Row[], name: string, where: string): string | undefined {
  const empty = rows.filter((row) => row.fields[name] === '');
  if (empty.length === 0) return undefined;
  return `${where}: ${JSON.stringify(name)} is missing, null or empty in ${empty.length} of ${rows.length} rows (first on line ${empty[0].line}); read as empty text`;
}

function parseObject(text: string, where: string): object {
  const value = parsed(text, where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new AttuneError(
    'DATA_JSON',
    `${where}: expected a JSON object such as {"text": "…"}, got ${kind}; put one object on each line`,
  );
}

function parsed(text: string, where: string): unknown {
  try {
    const value = parseJson(text);
    return /\d{16}/.test(text) ? JSON.parse(withExactIntegers(text)) : value;
  } catch (cause) {
    const got = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    throw new AttuneError(
      'DATA_JSON',
      `${where}: expected a whole JSON object such as {"text": "…"}, got ${JSON.stringify(got)}; put one object on each line`,
      { cause },
    );
  }
}

/** JSON whose integers beyond 2⁵³ are strings of their digits: as numbers, identifiers that differ would become one. */
function withExactIntegers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
