// A JSON file of one object that holds the rows, or the columns, of a table.
import { AttuneError, isObject, parseJson } from '@attune/internal';
import { field, type Row } from '../table';

/**
 * Throws AttuneError `DATA_JSON` for the only row of a file if it holds a list of objects, or only columns, as pandas writes them.
 *
 * @example refuseOneObject({ line: 1, fields: { data: '[{"text": "Welder"}]' } }, 'jobs.json') // throws: the rows are in "data"
 */
export function refuseOneObject(row: Row, where: string): void {
  const values = Object.keys(row.fields).map((name) => ({ name, value: valueIn(field(row, name)) }));
  const rows = values.find(({ value }) => Array.isArray(value) && value.length > 0 && value.every(isObject));
  if (rows)
    throw noArray(
      where,
      `one object, whose "${rows.name}" has them; write these alone: ${extracting(rows.name, where)}`,
    );
  const isSplit = ['columns', 'index', 'data'].every((name) => values.some((each) => each.name === name));
  const isSentence = values.some(({ name }) => name === 'tokens' || name === 'words');
  if (isSplit || (!isSentence && values.length > 1 && values.every(({ value }) => isColumn(value))))
    throw noArray(where, 'one object of columns; write it by rows, from pandas with orient="records"');
}

/** The error for a file that begins with an object over several lines, which JSON lines cannot be. */
export const objectOverLines = (where: string): AttuneError =>
  noArray(
    where,
    `one object over several lines; if it has them under a key, write these alone: ${extracting('data', where)}`,
  );

const noArray = (where: string, got: string): AttuneError =>
  new AttuneError('DATA_JSON', `${where}: expected an array of objects, [{"text": "…"}, …], got ${got}`);

const extracting = (name: string, where: string) => `jq '.${name}' ${where} > rows.json`;

/** Whether a value has several values, by row number as `to_json` of pandas writes a column, or as a list. */
const isColumn = (value: unknown) =>
  isObject(value)
    ? Object.keys(value).length > 0 && Object.keys(value).every((key, row) => key === `${row}`)
    : Array.isArray(value) && value.length > 1 && value.every((each) => typeof each !== 'object');

function valueIn(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return undefined; // a plain text
  }
}
