import { basename } from 'node:path';
import type { ProblemType } from '@attune/models';
import type { DataParts, LabelOf } from '@attune/train';
import type { RunSummary } from '@attune/train/node';
import { labelListOf } from '../data/label-list';
import { readLabeledParts } from '../data/labeled-parts';
import type { LabeledRows } from '../data/labeled-rows';
import { seenParts } from '../data/parts';
import { noteOtherSplits } from '../data/teacher-split';
import { readUnlabeledTexts } from '../data/unlabeled';
import { labeledFormats } from '../options/choices';
import { distillOptions, studentFlags } from '../options/distill';
import { sequenceOptions } from '../options/tasks';
import type { TrainFlags } from '../options/train';
import { dashed } from '../program/command';
import { UsageError } from '../program/failure';
import { trainAndReport } from '../program/reports';
import { resultLines } from './results';
import { evaluateTexts } from './sequence-evaluate';
import { predictTexts } from './sequence-predict';
import type { ReadInput, Task, TrainInput } from './task';

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
  evaluate: evaluateTexts,
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
