// Tagged words of texts with spans: `{"text": "Knows Java", "spans": [{"start": 6, "end": 10, "label": "SKILL"}]}`.
import {
  cleanLabel,
  joinedWords,
  type Table,
  type TableHeader,
  type TextRange,
  tagsOfSpans,
  wordRanges,
} from '@attune/data';
import { type AnnotatedText, annotatedTexts } from '@attune/data/node';
import { agreed, counted } from '@attune/internal';
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

/** The columns of words and tags, or of texts and spans: those that are named, or else of the two kinds the one that the table has. */
export function taggedColumns({ columns }: Pick<TableHeader, 'columns'>, { text, label }: Typed): [string, string] {
  const hasSpans = !columns.includes('tags') && columns.includes('spans');
  const hasTexts = !columns.includes('tokens') && columns.includes('text');
  return [text ?? (hasTexts ? 'text' : 'tokens'), label ?? (hasSpans ? 'spans' : 'tags')];
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
  const sentences = annotatedTexts(table, columns).map(({ text, spans }, row) => {
    const { line } = table.rows[row];
    const ranges = wordRanges(text);
    const named = verbatimTags ? spans : spans.map((span) => ({ ...span, label: cleanLabel(span.label) }));
    const tags = tagsOfSpans(ranges, named, { misaligned: 'expand', where: `${table.where} line ${line}` });
    expanded += spans.filter((span) => !isAligned(span, ranges)).length;
    const words = ranges.map(({ start, end }) => text.slice(start, end));
    return { words, tags, joined: joinedWords(ranges), line, lines: words.map(() => line) };
  });
  if (expanded > 0)
    onNote(
      `${table.where}: ${counted(expanded, 'span')} ${agreed(expanded, 'begins or ends', 'begin or end')} within a word, and ${agreed(expanded, 'takes', 'take')} the whole word`,
    );
  return sentences;
}

const isAligned = (span: AnnotatedText['spans'][number], ranges: readonly TextRange[]): boolean =>
  ranges.some(({ start }) => start === span.start) && ranges.some(({ end }) => end === span.end);
