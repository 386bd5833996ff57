import { AttuneError, counted, typedCommand } from '@attune/internal';
import { type CausalLmMetrics, type CausalLmRunData, causalLmMetricsIn, renderCausalLmCard } from '@attune/report';
import type { PromptedText } from '@attune/train';
import {
  type CausalLmFitResult,
  type CausalLmTextParts,
  evaluateCausalLm,
  fitCausalLm,
  resumedSource,
} from '@attune/train/node';
import { openChatTemplate } from '../data/conversations';
import { noteNoTest, readParts, seenParts, splitTexts } from '../data/parts';
import { readRunConfig } from '../data/run-config';
import { type CausalColumns, checkCausalColumns, isLines, leakingText, readCausalTexts } from '../data/texts';
import { causalLmOptions } from '../options/tasks';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { untilReported, writeTaskReport } from '../program/reports';
import { printNote, table } from '../program/terminal';
import { writtenSamples } from './causal-lm-samples';
import { withEngine } from './models';
import { circumstances } from './results';
import {
  type EvaluateFlags,
  type EvaluateInput,
  labelFlags,
  type PredictInput,
  type ReadInput,
  type Task,
  type TrainInput,
} from './task';

type Summary = CausalLmFitResult['summary'];

/** Causal language modeling. */
export const causalLm: Task<CausalLmTextParts, Summary> = {
  options: [
    'text',
    'delimiter',
    'clean',
    'deduplicate',
    ...(Object.keys(causalLmOptions) as (keyof typeof causalLmOptions)[]),
  ],
  read,
  train,
  print: (summary) => `${metricLines(summary)}\n${circumstances(summary, 'text')}`,
  evaluate,
  predict,
};

async function read({ flags, withoutTest, io, ...request }: ReadInput): Promise<CausalLmTextParts> {
  checkCausalColumns(flags);
  const { onNote } = request;
  const model = flags.resume ? await resumedSource(flags.out, flags.model) : flags.model;
  const template = await openChatTemplate(model, flags, io);
  const parts = await readParts(
    { data: flags.data, ...request },
    {
      read: (path): Promise<readonly (PromptedText | string)[]> =>
        readCausalTexts(path, { columns: flags, template, onNote }),
      split: (texts, options) => splitTexts(texts, leakingText, options),
      textsOf: (texts) => texts.map(leakingText),
      unit: 'text',
      splitBy: ', equal prompts kept together',
    },
  );
  noteNoTest(parts, onNote);
  return seenParts(parts, withoutTest);
}

async function train(data: CausalLmTextParts, { flags, settings, onSummary }: TrainInput): Promise<void> {
  const { truncationMode, promptTemplate, completion, messages, chatTemplate, chatVariables, clean } = flags;
  const chat = { messages, chatTemplate, chatVariables };
  const provenance = { ...settings.provenance, promptTemplate, completion, ...chat, clean };
  const result = await fitCausalLm(untilReported({ ...settings, provenance, data, truncationMode }));
  const { out, engine, signal } = settings;
  const more = async () => ({
    samples: await writtenSamples(data, result.summary, { out, engine, signal, hasChat: messages !== undefined }),
  });
  await writeTaskReport<CausalLmRunData>(result, { ...settings, onSummary, card: renderCausalLmCard, more });
}

/** Measures the model's prediction of each completion token. */
async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, labelFlags, `by ${source}, a causal language model`);
  if (flags.precision !== 'fp32')
    throw new UsageError(
      `--precision: expected fp32 for a causal language model, got ${flags.precision}; remove --precision`,
    );
  const { revision, truncationMode, adapter, quantize } = flags;
  const columns = await columnsOf(source, flags);
  const template = await openChatTemplate(source, { ...columns, revision, adapter }, io);
  const onNote = (note: string) => printNote(io.stderr, note);
  const texts = await readCausalTexts(flags.data, { columns, template, onNote });
  const metrics = await withEngine({ flags, io }, (settings) =>
    orInterrupted(evaluateCausalLm(source, texts, { ...settings, truncationMode, adapter, quantize }), io.signal),
  );
  return { metrics, lines: `${metricLines(metrics)}\n${counted(metrics.examples, 'text')}\n` };
}

/** The typed columns, or else those of the run; only the typed ones for a file of lines. */
async function columnsOf(
  source: string,
  { text, promptTemplate, completion, messages, chatTemplate, chatVariables, data, ...flags }: EvaluateFlags,
): Promise<CausalColumns & { readonly chatTemplate?: string; readonly chatVariables?: string }> {
  const { format, delimiter, clean, deduplicate } = flags;
  const chat = { messages, chatTemplate, chatVariables };
  const isTyped = [text, promptTemplate, completion, messages].some((value) => value !== undefined);
  const run = await readRunConfig(source);
  const cleaning = clean ?? (messages === undefined ? run.clean : undefined);
  if (isTyped || isLines(data, format))
    return { text, promptTemplate, completion, ...chat, format, delimiter, clean: cleaning, deduplicate };
  return {
    ...{ text: run.text, promptTemplate: run.promptTemplate, completion: run.completion, messages: run.messages },
    ...(run.messages !== undefined && {
      chatTemplate: chatTemplate ?? run.chatTemplate,
      chatVariables: chatVariables ?? run.chatVariables,
    }),
    format,
    delimiter,
    clean: clean ?? run.clean,
    deduplicate,
  };
}

async function predict({ source }: PredictInput): Promise<void> {
  throw new AttuneError(
    'MODEL_UNSUPPORTED',
    `${source}: expected a trained classifier or tagger, got a causal language model; generate text with it: ${typedCommand(`generate ${source} --prompt '…'`)}`,
  );
}

function metricLines(metrics: CausalLmMetrics): string {
  return table(causalLmMetricsIn(metrics).map(({ title, value }) => [title, value.toFixed(4)]));
}
