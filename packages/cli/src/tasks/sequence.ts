import { basename } from 'node:path';
import { AttuneError, agreed, counted } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import {
  type DataParts,
  type Evaluation,
  type LabelOf,
  meanLoss,
  problemOf,
  type Target,
  textInputs,
} from '@attune/train';
import type { AnyPredictor, RunSummary } from '@attune/train/node';
import { labelListOf } from '../data/label-list';
import { type LabeledColumns, readLabeledParts } from '../data/labeled-parts';
import { type LabeledRows, readLabeledRows, requireKnownLabels } from '../data/labeled-rows';
import { seenParts } from '../data/parts';
import { readRunConfig } from '../data/run-config';
import { noteOtherSplits } from '../data/teacher-split';
import { readUnlabeledTexts } from '../data/unlabeled';
import { labeledFormats } from '../options/choices';
import { distillOptions, studentFlags } from '../options/distill';
import { sequenceOptions } from '../options/tasks';
import type { TrainFlags } from '../options/train';
import { dashed, refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { trainAndReport } from '../program/reports';
import { printNote } from '../program/terminal';
import { withPredictor } from './models';
import { evaluationLines, resultLines } from './results';
import { predictTexts } from './sequence-predict';
import type { EvaluateInput, ReadInput, Task, TrainInput } from './task';

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
    ...(Object.keys(distillOptions) as (keyof typeof distillOptions)[]),
    ...(Object.keys(sequenceOptions) as (keyof typeof sequenceOptions)[]),
  ],
  read,
  train,
  print: (summary, { problemType }) => resultLines(summary, problemType),
  evaluate,
  predict: predictTexts,
};

type LabeledFormat = (typeof labeledFormats)[number];

type LabeledFlags = Pick<TrainFlags, 'format' | 'text' | 'label'> & Partial<TrainFlags>;

/** Flags with the columns that classification requires. */
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

/** Options that cross-validation does not support yet. */
const withoutFolds = [
  'problemType',
  'labelList',
  'textPair',
  'tuneThreshold',
  'calibrate',
  ...(Object.keys(distillOptions) as (keyof typeof distillOptions)[]),
] as const;

function refuseBesideFolds(flags: Partial<TrainFlags>): void {
  const name = flags.folds === undefined ? undefined : withoutFolds.find((option) => flags[option]);
  if (name === undefined) return;
  throw new UsageError(`${dashed(name)}: cannot be used with --folds, which does not support it; remove one`);
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
  const { onNote = () => {} } = settings;
  const leakyTeachers = await noteOtherSplits(flags, { split: settings.provenance ?? {}, onNote });
  const unlabeled = await readUnlabeledTexts(flags, { onNote });
  const distilling = { ...studentFlags(flags), unlabeled, leakyTeachers };
  const options = { problemType, labelList, tuneThreshold, calibrate, baseline, mixBaseline, ...distilling };
  const onResult = ({ summary }: { readonly summary: object }) => onSummary(summary);
  const reportedFrom = placesIn(data.test ?? data.validation);
  await trainAndReport<ProblemType>({ ...settings, ...options, provenance, data, reportedFrom, onResult });
}

/** Where the texts of a part were read. */
function placesIn(part: Partial<LabeledRows<unknown>> | undefined) {
  return part?.lines && part.where !== undefined ? { lines: part.lines, file: basename(part.where) } : undefined;
}

async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, ['labelNames', 'scheme', 'seenIn'], `by ${source}, a sequence classification model`);
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
    onNote(
      `${counted(count, 'text')} ${agreed(count, 'reaches', 'reach')} ${maxLength} tokens and ${agreed(count, 'is', 'are')} truncated`,
    );
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
    missing.map(([flag]) => `${flag}: required, because ${source} is not a run that records it`).join('\n'),
  );
}

interface LabeledFile {
  readonly path: string;
  readonly columns: LabeledColumns;
  readonly onNote: (note: string) => void;
}

/** Reads the rows, with labels of the model's problem type, and measures the model on them. */
async function measure(
  predictor: AnyPredictor,
  source: string,
  { path, columns, onNote }: LabeledFile,
): Promise<Evaluation> {
  const { labels, decision } = predictor;
  const { column: labelColumn, targetWith, evaluate: evaluationOf } = problemOf(predictor);
  const rows = await readLabeledRows(path, { ...columns, labelColumn, known: labels }, onNote);
  // Texts with a listed label that the model lacks count as wrong, and are not part of the loss.
  const listed = predictor.problemType === 'single_label_classification' ? (columns.labelList ?? []) : [];
  requireKnownLabels(rows, [...new Set([...labels, ...listed])], "the model's", labelColumn.names);
  const isKnown = (label: unknown) => labelColumn.names(label as never).every((name) => labels.includes(name));
  const known = Int32Array.from(rows.labels.keys()).filter((i) => isKnown(rows.labels[i]));
  const targetOf = targetWith(labels);
  const targets = rows.labels.map((label) => targetOf(isKnown(label) ? label : labels[0]));
  const { logits, loss: ofAll } = await predictor.evaluate(textInputs(rows), targets);
  checkFinite(logits, source);
  const missed = targets.length - known.length;
  if (missed > 0)
    onNote(`${counted(missed, 'text')} with labels that the model lacks: counted as missed, and not part of the loss`);
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
