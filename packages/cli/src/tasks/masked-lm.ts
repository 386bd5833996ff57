import { AttuneError, counted, typedCommand } from '@attune/internal';
import { type MaskedLmRunData, renderMaskedLmCard } from '@attune/report';
import { evaluateMaskedLm, fitMaskedLm, type MaskedLmFitResult, type TextParts } from '@attune/train/node';
import { readParts, seenParts, splitTexts } from '../data/parts';
import { readRunConfig } from '../data/run-config';
import { isLines, readTexts } from '../data/texts';
import { maskedLmOptions } from '../options/tasks';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { untilReported, writeTaskReport } from '../program/reports';
import { defaultSplits } from '../program/run-defaults';
import { printNote, table } from '../program/terminal';
import { withEngine } from './models';
import { circumstances } from './results';
import { type EvaluateInput, labelFlags, type PredictInput, type ReadInput, type Task, type TrainInput } from './task';

type Summary = MaskedLmFitResult['summary'];

/** Masked language modeling. */
export const maskedLm: Task<TextParts, Summary> = {
  options: [
    'text',
    'delimiter',
    'clean',
    'deduplicate',
    ...(Object.keys(maskedLmOptions) as (keyof typeof maskedLmOptions)[]),
  ],
  split: defaultSplits.maskedLm,
  read,
  train,
  print: (summary) => `${metricLines(summary)}\n${circumstances(summary, 'text')}`,
  evaluate,
  predict,
};

async function read({ flags, withoutTest, ...request }: ReadInput): Promise<TextParts> {
  const textOf = (text: string) => text;
  const parts = await readParts(
    { data: flags.data, ...request },
    {
      read: (path): Promise<readonly string[]> => readTexts(path, flags, request.onNote),
      split: (texts, options) => splitTexts(texts, textOf, options),
      textsOf: (texts) => texts,
      unit: 'text',
      splitBy: ', equal texts kept together',
    },
  );
  return seenParts(parts, withoutTest);
}

async function train(data: TextParts, { flags, settings, onSummary }: TrainInput): Promise<void> {
  const { chunkLength, mlmProbability, wholeWord, clean } = flags;
  const provenance = { ...settings.provenance, clean };
  const options = { provenance, data, chunkLength, mlmProbability, wholeWord };
  const result = await fitMaskedLm(untilReported({ ...settings, ...options }));
  await writeTaskReport<MaskedLmRunData>(result, { ...settings, onSummary, card: renderMaskedLmCard });
}

/** Masks tokens of texts, the same ones every time, and measures how well the model guesses them. */
async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, [...labelFlags, 'maxLength'], `by ${source}, a masked language model`);
  if (flags.precision !== 'fp32')
    throw new UsageError(
      `--precision: expected fp32 for a masked language model, got ${flags.precision}; remove --precision`,
    );
  const run = await readRunConfig(source);
  const { data, format, delimiter, deduplicate } = flags;
  const clean = flags.clean ?? run.clean;
  const text = flags.text ?? (isLines(data, format) ? undefined : run.text);
  const texts = await readTexts(data, { text, format, delimiter, clean, deduplicate }, (note) =>
    printNote(io.stderr, note),
  );
  const metrics = await withEngine({ flags, io }, ({ maxLength: _, ...settings }) =>
    orInterrupted(evaluateMaskedLm(source, texts, settings), io.signal),
  );
  const lines = `${metricLines(metrics)}\n${counted(metrics.examples, 'text')}, ${counted(metrics.chunks, 'chunk')}\n`;
  return { metrics, lines };
}

async function predict({ source }: PredictInput): Promise<void> {
  throw new AttuneError(
    'MODEL_UNSUPPORTED',
    `${source}: expected a trained classifier or tagger, got a masked language model, which assigns no labels; train a classifier from it: ${typedCommand(`train --model ${source}`)}`,
  );
}

function metricLines({ loss, perplexity, accuracy }: Pick<Summary, 'loss' | 'perplexity' | 'accuracy'>): string {
  const metrics = { loss, perplexity, 'accuracy of guesses': accuracy };
  return table(Object.entries(metrics).map(([name, value]) => [name, value.toFixed(4)]));
}
