// Tagged words of texts with spans: `{"text": "Knows Java", "spans": [{"start": 6, "end": 10, "label": "SKILL"}]}`.
import {
  cleanLabel,
  countsCodePoints,
  field,
  fromCodePoints,
  isOfWords,
  joinedWords,
  type Row,
  type Table,
  type TableHeader,
  tagsOfSpans,
  wordRanges,
} from '@attune/data';
import { type AnnotatedText, annotatedTexts } from '@attune/data/node';
import { AttuneError, agreed, counted } from '@attune/internal';
import type { TaggedWords } from '@attune/train';

/** The columns of texts and of their spans. */
export interface SpanColumns {
  readonly text: string;
  readonly spans: string;
}

/** Columns that the command line names. */
interface Typed {
  readonly text?: string | undefined;
  readonly label?: string | undefined;
}

/** Names of columns of texts, words, and tags or spans, the likeliest first. */
const names = {
  texts: ['text', 'sentence'],
  words: ['tokens', 'words'],
  tags: ['tags', 'spans', 'ner_tags', 'entities', 'labels', 'label'],
};

/**
 * The columns of words and tags, or of texts and spans: those that are named, or else the likeliest of the table.
 *
 * @throws AttuneError DATA_FORMAT for an export of Label Studio in which texts and spans are nested
 */
export function taggedColumns(
  { columns, where }: Pick<TableHeader, 'columns' | 'where'>,
  { text, label }: Typed,
): [string, string] {
  if (text === undefined && ['data', 'annotations'].every((name) => columns.includes(name)))
    throw new AttuneError(
      'DATA_FORMAT',
      `${where}: expected texts with spans, got "data" and "annotations", Label Studio's own JSON; export it as JSON-MIN`,
    );
  const first = (likely: readonly string[]) => likely.find((name) => columns.includes(name));
  const tags = label ?? first(names.tags) ?? 'tags';
  // Prodigy writes tokens and spans of a text.
  const likely = /^(spans|entities)$/.test(tags) ? [...names.texts, ...names.words] : [...names.words, ...names.texts];
  return [text ?? first(likely) ?? 'tokens', tags];
}

/** The table with an empty list where an annotator left a row without spans, as Prodigy and Label Studio write it. */
export function withEmptySpans(table: Table, spans: string): Table {
  const isJudged = (row: Row) => field(row, 'answer') === 'accept' || field(row, 'annotation_id') !== '';
  const rows = table.rows.map((row) =>
    isJudged(row) && ['', 'null'].includes(field(row, spans).trim())
      ? { ...row, fields: { ...row.fields, [spans]: '[]' } }
      : row,
  );
  return { ...table, rows };
}

/**
 * The words of texts (`wordRanges`), with tags in IOB2. A span that begins or ends within a word takes the whole word; a note counts these.
 *
 * @throws AttuneError DATA_SPAN, with the line, for invalid spans and for spans that share a word
 */
export function spanSentences(
  table: Table,
  columns: SpanColumns,
  { verbatimTags = false, onNote }: { readonly verbatimTags?: boolean; readonly onNote: (note: string) => void },
): TaggedWords[] {
  let expanded = 0;
  const sentences = readSpans(table, columns, onNote).map(({ text, spans }, row) => {
    const { line } = table.rows[row];
    const ranges = wordRanges(text);
    const named = verbatimTags ? spans : spans.map((span) => ({ ...span, label: cleanLabel(span.label) }));
    const tags = tagsOfSpans(ranges, named, { misaligned: 'expand', where: `${table.where} line ${line}` });
    expanded += spans.filter((span) => !isOfWords(span, ranges)).length;
    const words = ranges.map(({ start, end }) => text.slice(start, end));
    return { words, tags, joined: joinedWords(ranges), line, lines: words.map(() => line) };
  });
  if (expanded > 0)
    onNote(
      `${table.where}: ${counted(expanded, 'span')} ${agreed(expanded, 'begins or ends', 'begin or end')} within a word, and ${agreed(expanded, 'takes', 'take')} the whole word`,
    );
  return sentences;
}

/** Texts and spans, whose offsets may count code points: then a note says so. */
function readSpans(table: Table, columns: SpanColumns, onNote: (note: string) => void): AnnotatedText[] {
  const texts = annotatedTexts(table, columns);
  if (!countsCodePoints(texts)) return texts;
  onNote(`${table.where}: offsets of spans are read as code points, as Python counts, since they then fit the words`);
  return texts.map(({ text, spans }) => ({ text, spans: fromCodePoints(text, spans) }));
}
