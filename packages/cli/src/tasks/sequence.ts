import { extname } from 'node:path';
import { type Row, type RowStream, type TableHeader, textTemplate } from '@attune/data';
import { readRows } from '@attune/data/node';
import { AttuneError } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import {
  type DataParts,
  type Evaluation,
  type LabelOf,
  meanLoss,
  problemOf,
  type Target,
  type TextInput,
  textInputs,
} from '@attune/train';
import type { AnyPredictor, PredictionOf, RunSummary } from '@attune/train/node';
import { inBatches } from '../data/batches';
import { cleanedRow } from '../data/cleaning';
import { labelListOf } from '../data/label-list';
import { type LabeledColumns, readLabeledParts } from '../data/labeled-parts';
import { readLabeledRows, requireKnownLabels, textColumnsIn } from '../data/labeled-rows';
import { checkOutput, type Sink, writeOutput } from '../data/output';
import { seenParts } from '../data/parts';
import { checkTopK, keptColumns, keptFields, predictionWriter } from '../data/predictions';
import { readRunConfig } from '../data/run-config';
import { labeledFormats } from '../options/choices';
import { sequenceOptions } from '../options/tasks';
import type { TrainFlags } from '../options/train';
import { dashed, refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { progressCounter } from '../program/progress';
import { trainAndReport } from '../program/reports';
import { counted, printNote } from '../program/terminal';
import { withPredictor } from './models';
import { evaluationLines, resultLines } from './results';
import type { EvaluateInput, PredictInput, ReadInput, Task, TrainInput } from './task';

type Summary = RunSummary<ProblemType>;

/** Sequence classification, and regression. */
export const sequence: Task<DataParts<LabelOf[ProblemType]>, Summary> = {
  options: [
    'text',
    'label',
    'labelList',
    'groupBy',
    'folds',
    'delimiter',
    'clean',
    'skipUnlabeled',
    'deduplicate',
    ...(Object.keys(sequenceOptions) as (keyof typeof sequenceOptions)[]),
  ],
  read,
  train,
  print: (summary, { problemType }) => resultLines(summary, problemType),
  evaluate,
  predict,
};

type LabeledFormat = (typeof labeledFormats)[number];

type LabeledFlags = Pick<TrainFlags, 'format' | 'text' | 'label'> & Partial<TrainFlags>;

/** Flags with what classification cannot do without. */
export type SequenceFlags<F extends LabeledFlags = TrainFlags> = Omit<F, 'format' | 'text' | 'label'> & {
  readonly text: string;
  readonly label: string;
  readonly format?: LabeledFormat;
};

/** @throws UsageError with a line for each column that is missing, and for a format without labels */
export function sequenceFlags<F extends LabeledFlags>({ format, text, label, ...flags }: F): SequenceFlags<F> {
  if (!isLabeled(format))
    throw new UsageError(`--format: expected one of ${labeledFormats.join(', ')} for labeled texts, got ${format}`);
  refuseBesideFolds(flags);
  if (text !== undefined && label !== undefined) return { ...flags, text, label, format };
  const missing = Object.entries({ '--text': text, '--label': label }).filter(([, value]) => value === undefined);
  throw new UsageError(missing.map(([flag]) => `${flag}: required`).join('\n'));
}

const isLabeled = (format: string | undefined): format is LabeledFormat | undefined =>
  format === undefined || (labeledFormats as readonly string[]).includes(format);

/** Options that a cross-validation does not take yet. */
const withoutFolds = ['problemType', 'labelList', 'textPair', 'tuneThreshold', 'calibrate'] as const;

function refuseBesideFolds(flags: Partial<TrainFlags>): void {
  const name = flags.folds === undefined ? undefined : withoutFolds.find((option) => flags[option]);
  if (name === undefined) return;
  throw new UsageError(`${dashed(name)}: expected no --folds beside it, which is for one label a text; drop one`);
}

async function read({ flags, plan, seed, onNote, withoutTest }: ReadInput) {
  const labelList = await labelListOf(flags.labelList);
  const columns = { ...sequenceFlags(flags), labelList };
  const parts = await readLabeledParts<ProblemType>({ data: flags.data, columns, plan, seed, onNote });
  return seenParts(parts, withoutTest);
}

async function train(data: DataParts<LabelOf[ProblemType]>, { flags, settings, onSummary }: TrainInput): Promise<void> {
  const { problemType, textPair, labelSeparator, tuneThreshold, calibrate, baseline, mixBaseline } = flags;
  const labelList = await labelListOf(flags.labelList);
  const provenance = { ...settings.provenance, textPair, labelSeparator, labelList, clean: flags.clean };
  const options = { problemType, labelList, tuneThreshold, calibrate, baseline, mixBaseline };
  const onResult = ({ summary }: { readonly summary: object }) => onSummary(summary);
  await trainAndReport<ProblemType>({ ...settings, ...options, provenance, data, onResult });
}

async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, ['labelNames', 'scheme', 'seenIn'], `a model of labeled texts, which ${source} is`);
  if (flags.format === 'conll' || flags.format === 'lines')
    throw new UsageError(`--format: expected csv, tsv, jsonl or parquet for labeled texts, got ${flags.format}`);
  const onNote = (note: string) => printNote(io.stderr, note);
  const run = await readRunConfig(source);
  const columns = {
    ...requireColumns({ text: flags.text ?? run.text, label: flags.label ?? run.label }, source),
    textPair: flags.textPair ?? run.textPair,
    labelSeparator: flags.labelSeparator ?? run.labelSeparator,
    labelList: (await labelListOf(flags.labelList)) ?? run.labelList,
    format: flags.format,
    delimiter: flags.delimiter,
    clean: flags.clean ?? run.clean,
    skipUnlabeled: flags.skipUnlabeled,
    deduplicate: flags.deduplicate,
  };
  const onTruncated = (count: number, maxLength: number) =>
    onNote(`${counted(count, 'text')} reach ${maxLength} tokens and are cut there`);
  return withPredictor(source, { flags, io, onTruncated }, async (predictor) => {
    const file = { path: flags.data, columns, onNote };
    const metrics = await orInterrupted(measure(predictor, source, file), io.signal);
    return { metrics, lines: evaluationLines(metrics, problemOf(predictor)) };
  });
}

function requireColumns({ text, label }: { text?: string; label?: string }, source: string) {
  if (text !== undefined && label !== undefined) return { text, label };
  const missing = Object.entries({ '--text': text, '--label': label }).filter(([, value]) => value === undefined);
  throw new UsageError(
    missing.map(([flag]) => `${flag}: required, because ${source} is no run that says it`).join('\n'),
  );
}

interface LabeledFile {
  readonly path: string;
  readonly columns: LabeledColumns;
  readonly onNote: (note: string) => void;
}

/** Reads the rows, whose labels are of the model's kind, and measures the model on them. */
async function measure(
  predictor: AnyPredictor,
  source: string,
  { path, columns, onNote }: LabeledFile,
): Promise<Evaluation> {
  const { labels, decision } = predictor;
  const { column: labelColumn, targetWith, evaluate: evaluationOf } = problemOf(predictor);
  const rows = await readLabeledRows(path, { ...columns, labelColumn, known: labels }, onNote);
  // A label that the list has and the model lacks: its texts count as wrong, and are not in the loss.
  const listed = predictor.problemType === 'single_label_classification' ? (columns.labelList ?? []) : [];
  requireKnownLabels(rows, [...new Set([...labels, ...listed])], "the model's", labelColumn.names);
  const isKnown = (label: unknown) => labelColumn.names(label as never).every((name) => labels.includes(name));
  const known = Int32Array.from(rows.labels.keys()).filter((i) => isKnown(rows.labels[i]));
  const targetOf = targetWith(labels);
  const targets = rows.labels.map((label) => targetOf(isKnown(label) ? label : labels[0]));
  const { logits, loss: ofAll } = await predictor.evaluate(textInputs(rows), targets);
  checkFinite(logits, source);
  const missed = targets.length - known.length;
  if (missed > 0) onNote(`${counted(missed, 'text')} of labels that the model lacks: missed, and not in the loss`);
  const loss = missed > 0 ? lossOf(known, { logits, targets, config: predictor.config }) : ofAll;
  const empty = rows.texts.filter((text, i) => `${text}${rows.pairs?.[i] ?? ''}`.trim() === '').length;
  if (empty > 0) onNote(`${counted(empty, 'empty text')} predicted as [CLS] [SEP]`);
  return evaluationOf({ truth: rows.labels, labels, logits, loss, decision });
}

/** The mean loss of some of the texts. */
function lossOf(
  rows: Int32Array,
  { logits, targets, config }: { logits: Float32Array; targets: readonly Target[]; config: AnyPredictor['config'] },
): number {
  const width = config.labels.length;
  const own = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    own.set(logits.subarray(row * width, (row + 1) * width), i * width);
  });
  return meanLoss(
    own,
    Array.from(rows, (row) => targets[row]),
    config,
  );
}

function checkFinite(logits: Float32Array, source: string): void {
  if (logits.every(Number.isFinite)) return;
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint`,
  );
}

/**
 * How many texts are read, predicted and written at a time, and how many UTF-16 units: all that is ever held of the input.
 * Sorted by length among so many, they need next to no padding. Long texts come in smaller groups, so that output and progress
 * do not wait for minutes.
 */
const chunk = {
  size: 2048,
  weightOf: ({ text }: InputRow) => text.length + (typeof text === 'string' ? 0 : text[0].length + text[1].length),
  weight: 2 ** 20,
};

/** What the model reads of a row, and the fields that are written beside the prediction. */
interface InputRow {
  readonly text: TextInput;
  readonly kept: Readonly<Record<string, string>>;
}

async function predict({ source, flags, io }: PredictInput): Promise<void> {
  const { input, output, format, outputFormat, topK } = flags;
  refuseFlags(flags, ['scheme'], `a model of labeled texts, which ${source} is`);
  if (format === 'conll')
    throw new UsageError('--format: expected rows of texts for a classifier, got conll, which a tagger reads');
  checkTopK(topK);
  await checkOutput(output, input, source);
  const run = await readRunConfig(source);
  const isLines = format === undefined ? input === '-' || extname(input).toLowerCase() === '.txt' : format === 'lines';
  const names = {
    text: flags.text ?? (isLines ? 'text' : run.text),
    textPair: flags.textPair ?? (isLines ? undefined : run.textPair),
  };
  const textColumns = (header: TableHeader) => textColumnsIn(header, inputTemplates(header, names));
  const columns = (header: TableHeader) => [...textColumns(header), ...keptColumns(header, flags.keep)];
  const rows = await readRows(input, { format, delimiter: flags.delimiter, stdin: io.stdin, columns });
  const cleaning = { columns: textColumns(rows), clean: flags.clean ?? run.clean };
  const textOf = inputOf(rows, inputTemplates(rows, names));
  const kept = keptColumns(rows, flags.keep);
  const read = (row: Row) => ({ text: textOf(cleanedRow(row, cleaning)), kept: keptFields(row, kept) });
  const count = { empty: 0, cut: 0, maxLength: 0 };
  const onTruncated = (cut: number, maxLength: number) => {
    count.cut += cut;
    count.maxLength = maxLength;
  };
  const isSilent = output === undefined && io.stdout.isTTY === true;
  const progress = progressCounter(io.stderr, { noun: 'text', done: 'predicted', isSilent });

  const predictAll = async (predictor: AnyPredictor, sink: Sink) => {
    if (predictor.problemType === 'regression') refuseFlags(flags, ['topK'], 'a regression');
    const { problemType, labels } = predictor;
    const written = { outputFormat, topK, source, columns: kept, separator: run.labelSeparator };
    const writer = predictionWriter({ ...written, model: { problemType, labels } });
    if (writer.header !== '') await sink(writer.header);
    for await (const batch of inBatches(mapped(rows.rows, read), chunk)) {
      const texts = batch.map(({ text }) => text);
      const predictions = await orInterrupted<PredictionOf[keyof PredictionOf][]>(predictor.predict(texts), io.signal);
      await sink(predictions.map((prediction, i) => writer.line(prediction, batch[i].kept)).join(''));
      count.empty += texts.filter((text) => [text].flat().join('').trim() === '').length;
      progress.add(texts.length);
    }
  };
  await withPredictor(source, { flags, io, onTruncated }, (predictor) =>
    writeOutput(output, io.stdout, (sink) => predictAll(predictor, sink)),
  );
  progress.end();
  for (const warning of rows.warnings) printNote(io.stderr, warning);
  if (count.empty > 0) printNote(io.stderr, `${counted(count.empty, 'empty text')} predicted as [CLS] [SEP]`);
  if (count.cut > 0)
    printNote(io.stderr, `${counted(count.cut, 'text')} reach ${count.maxLength} tokens and are cut there`);
}

/** The templates of what the model reads: a text, or two. */
function inputTemplates(
  { where, columns }: TableHeader,
  { text, textPair }: { readonly text?: string; readonly textPair?: string },
): [string, ...string[]] {
  if (text === undefined)
    throw new UsageError(
      `--text: required, because the model is no run that says it; columns of ${where}: ${columns.join(', ')}`,
    );
  return textPair === undefined ? [text] : [text, textPair];
}

/** How a row becomes what the model reads. */
function inputOf(rows: RowStream, [text, textPair]: readonly [string, ...string[]]): (row: Row) => TextInput {
  const first = textTemplate(text, rows);
  if (textPair === undefined) return first;
  const second = textTemplate(textPair, rows);
  return (row) => [first(row), second(row)];
}

async function* mapped(rows: AsyncIterable<Row>, read: (row: Row) => InputRow): AsyncGenerator<InputRow> {
  for await (const row of rows) yield read(row);
}
