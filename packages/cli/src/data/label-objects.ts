// Labels in objects, as annotation tools write them: `{"choices": ["a", "b"]}` of Label Studio, `{"a": 1, "b": 0}` of spaCy.
import { field, type Table } from '@attune/data';
import { isObject, parseJson } from '@attune/internal';

/** The table with lists of labels in place of objects of labels, in some columns. */
export function withLabelLists(table: Table, columns: readonly string[]): Table {
  const holding = columns.filter((name) => table.rows.some((row) => field(row, name).startsWith('{')));
  if (holding.length === 0) return table;
  const rows = table.rows.map((row) => {
    const lists = holding.map((name) => [name, listOf(field(row, name))]);
    return { ...row, fields: { ...row.fields, ...Object.fromEntries(lists) } };
  });
  return { ...table, rows };
}

/**
 * The labels of an object as a JSON list: those under `choices`, or the keys whose number is at least 0.5. Other texts are returned as
 * they are.
 *
 * @example listOf('{"farm": 1, "code": 0}') // '["farm"]'
 */
export function listOf(text: string): string {
  const value = objectIn(text);
  if (value === undefined) return text;
  const entries = Object.entries(value);
  const [[name, only] = []] = entries;
  if (entries.length === 1 && name === 'choices' && Array.isArray(only)) return JSON.stringify(only);
  const isScore = (score: unknown) =>
    typeof score === 'boolean' || (typeof score === 'number' && score >= 0 && score <= 1);
  if (entries.length === 0 || !entries.every(([, score]) => isScore(score))) return text;
  return JSON.stringify(entries.filter(([, score]) => Number(score) >= 0.5).map(([label]) => label));
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // a label that begins with a brace
  }
}
