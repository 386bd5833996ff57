// Predictions of a tagger, text by text or sentence by sentence: read, tagged, written.
import { type Row, type RowStream, type TableHeader, textTemplate } from '@attune/data';
import { readRows, streamConll } from '@attune/data/node';
import { entitiesIn, type Tagger } from '@attune/train/node';
import { inBatches } from '../data/batches';
import { textColumnsIn } from '../data/labeled-rows';
import { checkOutput, type Sink, writeOutput } from '../data/output';
import { entityWriter, keptColumns, keptReader } from '../data/predictions';
import { readRunConfig } from '../data/run-config';
import { columnNumber, conllOptions, isConll } from '../data/sentences';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted, untilInterrupted } from '../program/process';
import { progressCounter } from '../program/progress';
import { printNote } from '../program/terminal';
import { withTagger } from './models';
import type { PredictInput } from './task';

/** Number of texts that are tagged at a time, and of their UTF-16 units. */
const chunk = { size: 2048, weight: 2 ** 20 };

/** Tags the rows of a file or of standard input, or the sentences of a CoNLL file, and writes the entities. */
export async function predictTags({ source, flags, io }: PredictInput): Promise<void> {
  const { input, output, format, outputFormat } = flags;
  refuseFlags(flags, ['textPair', 'threshold', 'clean', 'topK'], 'by a tagger');
  if (isConll(input, format)) refuseFlags(flags, ['delimiter', 'keep'], 'with a file of tagged words');
  await checkOutput(output, input, source);
  const { text: trained } = await readRunConfig(source);
  const onNote = (note: string) => printNote(io.stderr, note);
  const textColumns = (header: TableHeader) => textColumnsIn(header, [flags.text ?? textColumn(header)]);
  const tagging = isConll(input, format)
    ? tagSentences(
        untilInterrupted(
          streamConll(input, {
            tokenColumn: wordColumn(flags.text, trained),
            stdin: io.stdin,
            onNote,
            ...conllOptions(input),
          }),
          io.signal,
        ),
        entityWriter(outputFormat),
      )
    : tagTexts(
        await readRows(input, {
          format: format === 'conll' ? undefined : format,
          delimiter: flags.delimiter,
          stdin: io.stdin,
          columns: (header) => [...textColumns(header), ...keptColumns(header, flags.keep)],
          counted: textColumns,
          values: flags.keep !== undefined,
        }),
        { flags, onNote, signal: io.signal },
      );
  const isSilent = output === undefined && io.stdout.isTTY === true;
  const progress = progressCounter(io.stderr, { noun: 'text', done: 'tagged', isSilent });
  await withTagger(source, { flags, io }, (tagger) =>
    writeOutput(output, io, async (sink: Sink) => {
      if (tagging.header !== '') await sink(tagging.header);
      for await (const lines of tagging.tag((work) => orInterrupted(work, io.signal), tagger)) {
        await sink(lines.join(''));
        progress.add(lines.length);
      }
    }),
  );
  progress.end();
}

/** The typed column of the words, or the run's if that is a number. */
const wordColumn = (typed: string | undefined, trained: string | undefined): number | undefined => {
  if (typed !== undefined) return columnNumber('--text', typed);
  return /^-?\d+$/.test(trained ?? '') ? Number(trained) : undefined;
};

type Interruptible = <T>(work: Promise<T>) => Promise<T>;

interface Tagging {
  readonly header: string;
  tag(run: Interruptible, tagger: Tagger): AsyncGenerator<string[]>;
}

/** Lines for texts, which the tagger divides into words. */
function tagTexts(
  rows: RowStream,
  {
    flags,
    onNote,
    signal,
  }: {
    readonly flags: PredictInput['flags'];
    readonly onNote: (note: string) => void;
    readonly signal?: AbortSignal | undefined;
  },
): Tagging {
  const textOf = textTemplate(flags.text ?? textColumn(rows), rows);
  const kept = keptReader(rows, flags);
  const { header, line } = entityWriter(flags.outputFormat, kept.columns);
  return {
    header,
    async *tag(run, tagger) {
      const options = { ...chunk, weightOf: ({ text }: { readonly text: string }) => text.length };
      const read = (row: Row) => ({ text: textOf(row), kept: kept.read(row) });
      let before = 0;
      for await (const batch of inBatches(mapped(untilInterrupted(rows.rows, signal), read), options)) {
        const tagged = await run(tagger.tag(batch.map(({ text }) => text)));
        const first = before + 1;
        yield tagged.map((entities, i) => line({ entities }, { row: first + i, kept: batch[i].kept }));
        before += batch.length;
      }
      for (const note of [...rows.warnings, kept.note()]) if (note !== undefined) onNote(note);
    },
  };
}

/** Lines for sentences of words. Offsets are those in the words joined by spaces. */
function tagSentences(
  sentences: AsyncIterable<{ readonly words: readonly string[] }>,
  { header, line }: ReturnType<typeof entityWriter>,
): Tagging {
  return {
    header,
    async *tag(run, tagger) {
      const options = {
        ...chunk,
        weightOf: ({ words }: { readonly words: readonly string[] }) => words.join(' ').length,
      };
      let before = 0;
      for await (const batch of inBatches(sentences, options)) {
        const tagged = await run(tagger.tagWords(batch.map(({ words }) => words)));
        const first = before + 1;
        yield batch.map(({ words }, i) => {
          const { tags, scores } = tagged[i];
          const entities = entitiesIn({ text: words.join(' '), ranges: rangesOf(words), tags, scores }, tagger);
          return line({ entities, words, tags }, { row: first + i });
        });
        before += batch.length;
      }
    },
  };
}

function rangesOf(words: readonly string[]): { start: number; end: number }[] {
  let next = 0;
  return words.map((word) => {
    const start = next;
    next += word.length + 1;
    return { start, end: start + word.length };
  });
}

function textColumn({ columns, where }: TableHeader): string {
  const named = columns.filter((name) => name !== '');
  if (named.length === 1) return named[0];
  if (columns.includes('text')) return 'text';
  throw new UsageError(
    `--text: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}; name one`,
  );
}

async function* mapped<T>(rows: AsyncIterable<Row>, read: (row: Row) => T): AsyncGenerator<T> {
  for await (const row of rows) yield read(row);
}
