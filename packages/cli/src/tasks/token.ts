import { type Row, type RowStream, type TableHeader, templateColumns, textTemplate } from '@attune/data';
import { readRows, streamConll } from '@attune/data/node';
import type { ClassScores } from '@attune/metrics';
import { renderTokenCard, renderTokenReport } from '@attune/report';
import type { TaggedWords, TagReading } from '@attune/train';
import {
  checkTags,
  entitiesIn,
  fitTokenClassifier,
  type TaggedEntity,
  type TaggedParts,
  type Tagger,
  type TokenFitResult,
  trainedConfig,
} from '@attune/train/node';
import { inBatches } from '../data/batches';
import { labelListOf } from '../data/label-list';
import { checkOutput, type Sink, writeOutput } from '../data/output';
import { noteNoTest, readParts, seenParts } from '../data/parts';
import { readRunConfig } from '../data/run-config';
import { columnNumber, conllOptions, isConll, readSentences } from '../data/sentences';
import { rareTags, splitSentences } from '../data/split-sentences';
import { readingAs, trueTags, withTagsOf } from '../data/true-tags';
import { tokenOptions } from '../options/tasks';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { untilReported, writeTaskReport } from '../program/reports';
import { counted, printNote, printStatus, table } from '../program/terminal';
import { withTagger } from './models';
import { circumstances } from './results';
import { seenLines, seenMetrics } from './seen-metrics';
import type { EvaluateInput, PredictInput, ReadInput, Task, TrainInput } from './task';

type Summary = TokenFitResult['summary'];

/** Token classification. */
export const token: Task<TaggedParts, Summary> = {
  options: ['text', 'label', 'labelList', ...(Object.keys(tokenOptions) as (keyof typeof tokenOptions)[])],
  read,
  train,
  print: (summary) => `${entityLines(summary)}\n\n${circumstances(summary, 'sentence')}`,
  evaluate,
  predict,
};

async function read({ flags, withoutTest, ...request }: ReadInput): Promise<TaggedParts> {
  const { data, text, label, labelNames, format, scheme = 'IOB2' } = flags;
  const { onNote } = request;
  if (labelNames && scheme !== 'IOB2')
    throw new UsageError(`--label-names: expected --scheme IOB2 beside it, got ${scheme}; convert the tags first`);
  const labelList = await labelListOf(flags.labelList);
  const columns = { text, label, labelNames, labelList, format, onNote };
  const { moved = 0, ...parts } = await readParts(
    { data, ...request },
    {
      async read(path): Promise<readonly TaggedWords[]> {
        const sentences = await readSentences(path, columns);
        checkTags(sentences, { scheme, where: path, onNote });
        return sentences;
      },
      split: (sentences, options) => splitSentences(sentences, { ...options, labelList }),
      textsOf: (sentences) => sentences.map(({ words }) => words.join(' ')),
      unit: 'sentence',
      splitBy: ', equal sentences kept together',
    },
  );
  if (moved > 0) onNote(`${counted(moved, 'sentence')} moved to training, with tags that are nowhere else`);
  if (moved > 0 && parts.validation?.length === 0) throw rareTags(parts.train, data);
  noteNoTest(parts, onNote);
  return { ...seenParts(parts, withoutTest), areChecked: true };
}

async function train(data: TaggedParts, { flags, settings, onSummary }: TrainInput): Promise<void> {
  const { scheme, decoding, stride } = flags;
  const labelList = await labelListOf(flags.labelList);
  const provenance = { ...settings.provenance, labelList };
  const options = { data, provenance, labelList, scheme, decoding, stride };
  const { summary, config, history } = await fitTokenClassifier(untilReported({ ...settings, ...options }));
  const renderers = { report: renderTokenReport, card: renderTokenCard };
  await writeTaskReport({ summary, config, history }, { ...settings, onSummary }, renderers);
}

async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, ['textPair', 'labelSeparator', 'threshold', 'delimiter'], 'a tagger');
  const run = await readRunConfig(source);
  const labelList = (await labelListOf(flags.labelList)) ?? run.labelList;
  const columns = {
    text: flags.text ?? run.text,
    label: flags.label ?? run.label,
    labelNames: flags.labelNames ?? (flags.label === undefined ? run.labelNames : undefined),
    labelList,
    format: flags.format,
    onNote: (note: string) => printNote(io.stderr, note),
  };
  // Tags as they stand: a model may have been trained on the white space of some.
  const verbatimTags = columns.labelNames === undefined;
  const read = await readSentences(flags.data, { ...columns, verbatimTags });
  const file = { where: flags.data, labelList, onNote: columns.onNote };
  const { scheme: _, ...opening } = flags; // may be the file's alone
  const { scheme: trained } = (await trainedConfig(source)) as Partial<TagReading>;
  const { sentences, evaluation } = await withTagger(source, { flags: opening, io }, async (tagger) => {
    const reading = readingAs(flags.scheme, tagger, trained);
    const sentences = trueTags(withTagsOf(tagger.labels, read), {
      ...file,
      labels: tagger.labels,
      reading,
      asked: flags.scheme,
    });
    return { sentences, evaluation: await orInterrupted(tagger.evaluate(sentences, reading), io.signal) };
  });
  const { predicted: __, ...metrics } = evaluation;
  const others = flags.seenIn === undefined ? undefined : await readSentences(flags.seenIn, columns);
  const seen = others && seenMetrics(sentences, others, evaluation);
  const lines = [
    entityLines(evaluation),
    `sentences  ${sentences.length.toLocaleString('en')}`,
    ...(seen ? [seenLines(seen)] : []),
  ];
  return { metrics: { ...metrics, examples: sentences.length, ...seen }, lines: `${lines.join('\n')}\n` };
}

/** How many texts are tagged at a time, and how many UTF-16 units. */
const chunk = { size: 2048, weight: 2 ** 20 };

async function predict({ source, flags, io }: PredictInput): Promise<void> {
  const { input, output, format } = flags;
  refuseFlags(flags, ['textPair', 'threshold'], 'a tagger');
  if (isConll(input, format)) refuseFlags(flags, ['delimiter'], 'a file of tagged words');
  await checkOutput(output, input, source);
  const { text: trained } = await readRunConfig(source);
  const write = isConll(input, format)
    ? tagSentences(
        streamConll(input, { tokenColumn: wordColumn(flags.text, trained), stdin: io.stdin, ...conllOptions(input) }),
      )
    : tagTexts(
        await readRows(input, {
          format: format === 'conll' ? undefined : format,
          delimiter: flags.delimiter,
          stdin: io.stdin,
          columns: (header) => templateColumns(flags.text ?? textColumn(header), header),
        }),
        { text: flags.text, onNote: (note) => printNote(io.stderr, note) },
      );
  let rows = 0;
  await withTagger(source, { flags, io }, (tagger) =>
    writeOutput(output, io.stdout, async (sink: Sink) => {
      for await (const lines of write((work) => orInterrupted(work, io.signal), tagger)) {
        await sink(lines.join(''));
        rows += lines.length;
        if (output !== undefined || !io.stdout.isTTY) printStatus(io.stderr, `${counted(rows, 'text')} tagged`);
      }
    }),
  );
}

/** The column of the words as it was typed, or else the run's if that is a number. */
const wordColumn = (typed: string | undefined, trained: string | undefined): number | undefined => {
  if (typed !== undefined) return columnNumber('--text', typed);
  return /^-?\d+$/.test(trained ?? '') ? Number(trained) : undefined;
};

type Interruptible = <T>(work: Promise<T>) => Promise<T>;
type Tagging = (run: Interruptible, tagger: Tagger) => AsyncGenerator<string[]>;

/** Lines for texts, which the tagger divides into words. */
function tagTexts(
  rows: RowStream,
  { text: column, onNote }: { readonly text?: string; readonly onNote: (note: string) => void },
): Tagging {
  const text = textTemplate(column ?? textColumn(rows), rows);
  return async function* (run, tagger) {
    const options = { ...chunk, weightOf: (each: string) => each.length };
    for await (const texts of inBatches(mapped(rows.rows, text), options))
      yield (await run(tagger.tag(texts))).map((entities) => line({ entities }));
    rows.warnings.forEach(onNote);
  };
}

/** Lines for sentences of words. Offsets are those in the words joined by spaces. */
function tagSentences(sentences: AsyncIterable<{ readonly words: readonly string[] }>): Tagging {
  return async function* (run, tagger) {
    const options = {
      ...chunk,
      weightOf: ({ words }: { readonly words: readonly string[] }) => words.join(' ').length,
    };
    for await (const batch of inBatches(sentences, options)) {
      const tagged = await run(tagger.tagWords(batch.map(({ words }) => words)));
      yield batch.map(({ words }, i) => {
        const { tags, scores } = tagged[i];
        const entities = entitiesIn({ text: words.join(' '), ranges: rangesOf(words), tags, scores }, tagger);
        return line({ entities, words, tags });
      });
    }
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
  throw new UsageError(`--text: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}`);
}

interface Tagged {
  readonly entities: readonly TaggedEntity[];
  readonly words?: readonly string[];
  readonly tags?: readonly string[];
}

/** A line of JSON; probabilities to six significant digits (float32 has seven). */
function line({ entities, ...more }: Tagged): string {
  const rounded = entities.map((entity) => ({ ...entity, score: Number(entity.score.toPrecision(6)) }));
  return `${JSON.stringify({ entities: rounded, ...more })}\n`;
}

async function* mapped(rows: AsyncIterable<Row>, text: (row: Row) => string): AsyncGenerator<string> {
  for await (const row of rows) yield text(row);
}

interface TagMetrics {
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly perEntity: Readonly<Record<string, ClassScores>>;
  readonly scheme: string;
  readonly mode: string;
}

/**
 * The metrics of a tagger as text: a line per type of entity, then all entities together.
 *
 * @example
 * const { summary } = await fitTokenClassifier({ … });
 * console.log(entityLines(summary));
 */
export function entityLines({ perEntity, precision, recall, f1, ...metrics }: TagMetrics): string {
  const fixed = (value: number) => value.toFixed(4);
  const types = Object.entries(perEntity).map(([type, scores]) => [
    type,
    ...[scores.precision, scores.recall, scores.f1].map(fixed),
    String(scores.support),
  ]);
  const all =
    precision === undefined || recall === undefined || f1 === undefined
      ? []
      : [['all entities', ...[precision, recall, f1].map(fixed)]];
  const { accuracy, loss, scheme, mode } = metrics;
  const counting = scheme === 'none' ? 'each tag by itself' : `${scheme}, ${mode === 'default' ? 'lenient' : mode}`;
  return `${table([['', 'precision', 'recall', 'F1', 'support'], ...types, ...all])}\n\n${table([
    ['accuracy of tags', fixed(accuracy)],
    ['loss', fixed(loss)],
  ])}\n(${counting})`;
}
