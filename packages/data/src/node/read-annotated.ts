import { AttuneError, JsonError, parseJson } from '@attune/internal';
import { type AnnotatedText, fromCodePoints, type OffsetUnit, spanOf } from '../spans/span-forms';
import type { EntitySpan } from '../spans/spans';
import { field, requireColumn, type Table } from '../table';
import { type ReadOptions, readTable } from './read';

/** Options of `readAnnotated`. */
export interface ReadAnnotatedOptions extends ReadOptions {
  /** Column of the text; default `text`. */
  readonly text?: string;
  /** Column of the spans, a JSON list of `{ "start", "end", "label" }` or of another form of `spanOf`; `false` for none; default `spans`. */
  readonly spans?: string | false;
  /** Unit of the offsets; default `utf-16`. Files of Python's tools, such as Prodigy and doccano, count `code-points`. */
  readonly offsets?: OffsetUnit;
}

/**
 * Reads texts with labeled spans by character offsets, such as lines of
 * `{"text": "Knows Java", "spans": [{"start": 6, "end": 10, "label": "SKILL"}]}`.
 *
 * @throws AttuneError as `readTable`, and `DATA_SPAN` with the line if the spans are not a list of spans of the text.
 * @example const postings = await readAnnotated('postings.jsonl', { text: 'description', spans: 'skills' });
 */
export async function readAnnotated(path: string, options: ReadAnnotatedOptions = {}): Promise<AnnotatedText[]> {
  const { text, spans, offsets, ...readOptions } = options;
  return annotatedTexts(await readTable(path, readOptions), { text, spans, offsets });
}

/**
 * The texts of a table with their labeled spans, row by row.
 *
 * @throws AttuneError as `readAnnotated`
 * @example const texts = annotatedTexts(await readTable('postings.jsonl'), { spans: 'skills' });
 */
export function annotatedTexts(
  table: Table,
  {
    text: textColumn = 'text',
    spans: spanColumn = 'spans',
    offsets = 'utf-16',
  }: Pick<ReadAnnotatedOptions, 'text' | 'spans' | 'offsets'> = {},
): AnnotatedText[] {
  requireColumn(table, textColumn);
  if (spanColumn !== false) requireColumn(table, spanColumn);
  return table.rows.map((row) => {
    const text = field(row, textColumn);
    const where = `${table.where} line ${row.line}`;
    return { text, spans: spanColumn === false ? [] : spansIn(field(row, spanColumn), { text, offsets, where }) };
  });
}

interface SpanContext {
  readonly text: string;
  readonly offsets: OffsetUnit;
  readonly where: string;
}

function spansIn(json: string, { text, offsets, where }: SpanContext): EntitySpan[] {
  if (/^\s*(null)?\s*$/.test(json))
    throw new AttuneError(
      'DATA_SPAN',
      `${where}: expected a JSON list of {"start", "end", "label"}, got none; write [] for a text without spans, or remove the line`,
    );
  const list = parsed(json, where);
  if (!Array.isArray(list)) throw badSpans(where, 'a JSON list of {"start", "end", "label"}', json);
  const read = list.map((value) => {
    const span = spanOf(value);
    if (span) return span;
    throw badSpans(where, 'spans with start, end and label', JSON.stringify(value));
  });
  const spans = offsets === 'code-points' ? fromCodePoints(text, read) : read;
  const outside = spans.findIndex(({ end }) => end > text.length);
  if (outside < 0) return spans;
  throw badSpans(where, `spans within the text's ${text.length} characters`, JSON.stringify(list[outside]));
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

function badSpans(where: string, expected: string, actual: string): AttuneError {
  return new AttuneError('DATA_SPAN', `${where}: expected ${expected}, got ${actual.slice(0, 60)}; correct the line`);
}
