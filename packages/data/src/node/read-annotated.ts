import { AttuneError, JsonError, parseJson } from '@attune/internal';
import type { EntitySpan } from '../spans/spans';
import { field, requireColumn, type Table } from '../table';
import { type ReadOptions, readTable } from './read';

/** Options of `readAnnotated`. */
export interface ReadAnnotatedOptions extends ReadOptions {
  /** Column of the text; default `text`. */
  readonly text?: string;
  /** Column of the spans, a JSON list of `{ "start", "end", "label" }`; `false` for none; default `spans`. */
  readonly spans?: string | false;
}

/** A text and its labeled spans. */
export interface AnnotatedText {
  /** The content of the text column. */
  readonly text: string;
  /** Its labeled spans, in the order of the file, in UTF-16 units. */
  readonly spans: readonly EntitySpan[];
}

/**
 * Reads texts with labeled spans by character offsets (UTF-16 units), such as lines of
 * `{"text": "Knows Java", "spans": [{"start": 6, "end": 10, "label": "SKILL"}]}`.
 *
 * @throws AttuneError as `readTable`, and `DATA_SPAN` with the line if the spans are not a list of spans of the text.
 * @example const postings = await readAnnotated('postings.jsonl', { text: 'description', spans: 'skills' });
 */
export async function readAnnotated(path: string, options: ReadAnnotatedOptions = {}): Promise<AnnotatedText[]> {
  const { text, spans, ...readOptions } = options;
  return annotatedTexts(await readTable(path, readOptions), { text, spans });
}

/**
 * The texts of a table with their labeled spans, row by row.
 *
 * @throws AttuneError as `readAnnotated`
 * @example const texts = annotatedTexts(await readTable('postings.jsonl'), { spans: 'skills' });
 */
export function annotatedTexts(
  table: Table,
  { text: textColumn = 'text', spans: spanColumn = 'spans' }: Pick<ReadAnnotatedOptions, 'text' | 'spans'> = {},
): AnnotatedText[] {
  requireColumn(table, textColumn);
  if (spanColumn !== false) requireColumn(table, spanColumn);
  return table.rows.map((row) => {
    const text = field(row, textColumn);
    const where = `${table.where} line ${row.line}`;
    return { text, spans: spanColumn === false ? [] : spansIn(field(row, spanColumn), text, where) };
  });
}

function spansIn(json: string, text: string, where: string): EntitySpan[] {
  const list = parsed(json, where);
  if (!Array.isArray(list)) throw badSpans(where, 'a JSON list of {"start", "end", "label"}', json);
  return list.map((span) => {
    if (!isSpan(span)) throw badSpans(where, 'spans with start, end and label', JSON.stringify(span));
    if (span.end > text.length)
      throw badSpans(where, `spans within the text's ${text.length} characters`, JSON.stringify(span));
    return { start: span.start, end: span.end, label: span.label };
  });
}

function parsed(json: string, where: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    if (error instanceof JsonError && error.isTooDeep)
      throw badSpans(where, 'a JSON list of {"start", "end", "label"}', error.message);
    return undefined;
  }
}

function isSpan(value: unknown): value is EntitySpan {
  const { start, end, label } = (value ?? {}) as Record<string, unknown>;
  const areOffsets = Number.isInteger(start) && Number.isInteger(end);
  return areOffsets && (start as number) >= 0 && (end as number) > (start as number) && typeof label === 'string';
}

function badSpans(where: string, expected: string, actual: string): AttuneError {
  return new AttuneError('DATA_SPAN', `${where}: expected ${expected}, got ${actual.slice(0, 60)}; correct the line`);
}
