import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { evaluateCausalLm } from '@attune/train/node';
import type { EvalInput } from '../commands/eval';
import { orInterrupted } from '../interrupt';
import { refuseFlags } from '../refuse-flags';
import { type CausalColumns, readCausalTexts } from '../rows/causal-texts';
import { openChatTemplate } from '../rows/open-chat-template';
import { readRunConfig } from '../run-config';
import { downloadListener } from '../terminal/listener';
import { printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { causalLmLines } from '../train/causal-lm-figures';
import { UsageError } from '../usage-error';

/** What `attune eval` does with a model that writes: measure what it would have written, token by token. */
export async function evalCausalLm({ flags, argument: source, io }: EvalInput): Promise<void> {
  const unused = ['label', 'labelNames', 'seenIn', 'textPair', 'labelSeparator', 'threshold'];
  refuseFlags(flags, unused, `a model that writes, which ${source} is`);
  if (flags.precision !== 'fp32')
    throw new UsageError(`--precision: expected fp32 for a model that writes, got ${flags.precision}`);
  const { perDeviceEvalBatchSize: batchSize, revision, maxLength, truncationMode, adapter, quantize } = flags;
  trainingArguments({ perDeviceEvalBatchSize: batchSize, maxLength });
  const onNote = (note: string) => printNote(io.stderr, note);
  const columns = await columnsOf(source, flags);
  const template = await openChatTemplate(source, { ...columns, revision }, io);
  const texts = await readCausalTexts(flags.data, { columns, template, onNote });
  const engine = await openEngine({ name: flags.engine });
  try {
    const listeners = { onNote, onProgress: downloadListener(io.stderr) };
    const settings = { engine, batchSize, revision, maxLength, truncationMode, adapter, quantize };
    const figures = await orInterrupted(evaluateCausalLm(source, texts, { ...listeners, ...settings }), io.signal);
    const lines = () => `${causalLmLines(figures)}\n${figures.examples} texts\n`;
    await writeText(io.stdout, flags.json ? `${JSON.stringify(figures, null, 2)}\n` : lines());
  } finally {
    await engine.close();
  }
}

/** As they are typed, or else as the run had them; of a file of lines the lines. */
async function columnsOf(
  source: string,
  { text, promptTemplate, completion, messages, chatTemplate, format, data }: EvalInput['flags'],
): Promise<CausalColumns & { readonly chatTemplate?: string }> {
  const typed = { text, promptTemplate, completion, messages, chatTemplate, format };
  const isLines = format === 'lines' || (format === undefined && /\.txt$/i.test(data));
  if (isLines || [text, promptTemplate, completion, messages].some((value) => value !== undefined)) return typed;
  const run = await readRunConfig(source);
  const { chatTemplate: name = run.chatTemplate } = typed;
  return {
    ...{ text: run.text, promptTemplate: run.promptTemplate, completion: run.completion, messages: run.messages },
    ...(run.messages !== undefined && { chatTemplate: name }),
    format,
  };
}
