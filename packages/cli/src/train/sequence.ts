import type { ProblemType } from '@attune/models';
import { labelledFormats } from '../commands/choices';
import type { TrainFlags } from '../commands/train';
import { dashed } from '../flags';
import { resultLines } from '../terminal/results';
import { trainAndReport } from '../train-and-report';
import { UsageError } from '../usage-error';
import { readParts } from './data-parts';
import type { TrainTask } from './task';

type LabelledFormat = (typeof labelledFormats)[number];

/** Flags with what classification cannot do without. */
export type SequenceFlags = Omit<TrainFlags, 'format'> & {
  readonly text: string;
  readonly label: string;
  readonly format?: LabelledFormat;
};

const isLabelled = (format: string | undefined): format is LabelledFormat | undefined =>
  format === undefined || (labelledFormats as readonly string[]).includes(format);

/** @throws UsageError with a line for each column that was not said, and for a format without labels */
export function sequenceFlags({ format, ...flags }: TrainFlags): SequenceFlags {
  const { text, label } = flags;
  if (!isLabelled(format))
    throw new UsageError(`--format: expected one of ${labelledFormats.join(', ')} for labelled texts, got ${format}`);
  checkAlone(flags);
  if (text !== undefined && label !== undefined) return { ...flags, text, label, format };
  const missing = Object.entries({ '--text': text, '--label': label }).filter(([, value]) => value === undefined);
  throw new UsageError(missing.map(([flag]) => `${flag}: required`).join('\n'));
}

/** Options that a cross-validation does not take yet. */
const withoutFolds = ['problemType', 'textPair', 'tuneThreshold', 'calibrate'] as const;

function checkAlone(flags: Omit<TrainFlags, 'format'>): void {
  const given = flags.folds === undefined ? undefined : withoutFolds.find((name) => flags[name]);
  if (given === undefined) return;
  throw new UsageError(`${dashed(given)}: expected no --folds beside it, which is for one label a text; drop one`);
}

/** Sequence classification. */
export const sequence: TrainTask = {
  own: ['text', 'label', 'groupBy', 'folds', 'labelSeparator', 'baseline', 'mixBaseline', ...withoutFolds],
  async read({ flags, plan, seed, onNote, withoutTest }) {
    const { problemType, textPair, labelSeparator, tuneThreshold, calibrate, baseline, mixBaseline } = flags;
    const columns = sequenceFlags(flags);
    const data = await readParts<ProblemType>({ data: flags.data, columns, plan, seed, onNote });
    const parts = withoutTest ? { ...data, test: undefined } : data;
    return {
      async train(settings) {
        const provenance = { ...settings.provenance, textPair, labelSeparator };
        const chosen = { problemType, tuneThreshold, calibrate, baseline, mixBaseline };
        const { summary } = await trainAndReport<ProblemType>({ ...settings, ...chosen, provenance, data: parts });
        return { summary, lines: resultLines(summary) };
      },
    };
  },
};
