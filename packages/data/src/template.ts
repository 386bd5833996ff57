import { AttuneError } from '@attune/internal';
import { field, type Row, requireColumn, type TableHeader } from './table';

/**
 * A function from a row to its text: the value of one column, or a filled template.
 *
 * A template names columns in braces (`{title}. {description}`); `{{` and `}}` stand for literal braces. A
 * string that equals a column's name means that column, with or without braces.
 * @throws AttuneError `DATA_COLUMN_MISSING` (with the nearest name) for an unknown column and `DATA_TEMPLATE` for
 * unbalanced braces or a template without columns.
 * @example
 * const text = textTemplate('{title}. {description}', table);
 * table.rows.map(text); // ['Welder. Joins pipes.', …]
 */
export function textTemplate(template: string, header: TableHeader): (row: Pick<Row, 'fields'>) => string {
  if (header.columns.includes(template) || !/[{}]/.test(template)) {
    requireColumn(header, template);
    return (row) => field(row, template);
  }
  const parts = parseTemplate(template);
  for (const part of parts) if (part.column !== undefined) requireColumn(header, part.column);
  return (row) => parts.map((part) => (part.column === undefined ? part.text : field(row, part.column))).join('');
}

/**
 * The columns of a template, in order, without duplicates.
 *
 * @throws AttuneError as `textTemplate`.
 */
export function templateColumns(template: string, header: TableHeader): string[] {
  textTemplate(template, header);
  if (header.columns.includes(template)) return [template];
  return [...new Set(parseTemplate(template).flatMap(({ column }) => (column === undefined ? [] : [column])))];
}

/**
 * The fields of a template, in order, without duplicates, if there is no table: a text without braces is one field.
 *
 * @throws AttuneError `DATA_TEMPLATE` as `textTemplate`.
 * @example fieldsOfTemplate('{title}. {description}') // ['title', 'description']
 */
export function fieldsOfTemplate(template: string): string[] {
  const columns = /[{}]/.test(template) ? parseTemplate(template).flatMap(({ column }) => column ?? []) : [template];
  return [...new Set(columns)];
}

type Part = { text: string; column?: undefined } | { column: string };

function parseTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(/\{\{|\}\}|\{([^{}]+)\}|[^{}]+/g)) {
    if (match.index !== end) break;
    end += match[0].length;
    if (match[1] !== undefined) parts.push({ column: match[1] });
    else parts.push({ text: match[0] === '{{' || match[0] === '}}' ? match[0][0] : match[0] });
  }
  if (end !== template.length) throw unbalanced(template, end);
  if (parts.every((part) => part.column === undefined)) {
    throw templateError(template, 'expected at least one column in braces, such as "{title}", got none');
  }
  return parts;
}

function unbalanced(template: string, position: number): AttuneError {
  const rest = JSON.stringify(template.slice(position, position + 20));
  return templateError(
    template,
    `expected "{column}" at character ${position + 1}, got ${rest}; close the brace, or write {{ or }} for a literal brace`,
  );
}

function templateError(template: string, problem: string): AttuneError {
  return new AttuneError('DATA_TEMPLATE', `text template ${JSON.stringify(template)}: ${problem}`);
}
