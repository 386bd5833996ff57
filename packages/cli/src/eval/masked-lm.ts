import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { evaluateMaskedLm } from '@attune/train/node';
import type { EvalInput } from '../commands/eval';
import { orInterrupted } from '../interrupt';
import { refuseFlags } from '../refuse-flags';
import { readTexts } from '../rows/texts';
import { readRunConfig } from '../run-config';
import { downloadListener } from '../terminal/listener';
import { printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { maskedLmLines } from '../train/masked-lm';
import { UsageError } from '../usage-error';

/** What `attune eval` does with a masked language model: hide tokens of texts, always the same, and see what it guesses. */
export async function evalMaskedLm({ flags, argument: source, io }: EvalInput): Promise<void> {
  const unused = ['label', 'labelNames', 'seenIn', 'textPair', 'labelSeparator', 'threshold', 'maxLength'];
  refuseFlags(flags, unused, `a masked language model, which ${source} is`);
  if (flags.precision !== 'fp32')
    throw new UsageError(`--precision: expected fp32 for a masked language model, got ${flags.precision}`);
  const { perDeviceEvalBatchSize: batchSize, revision } = flags;
  trainingArguments({ perDeviceEvalBatchSize: batchSize });
  const onNote = (note: string) => printNote(io.stderr, note);
  const { text } = await readRunConfig(source);
  const isLines = flags.format === 'lines' || (flags.format === undefined && /\.txt$/i.test(flags.data));
  const column = { text: flags.text ?? (isLines ? undefined : text), format: flags.format };
  const texts = await readTexts(flags.data, column, onNote);
  const engine = await openEngine({ name: flags.engine });
  try {
    const listeners = { onNote, onProgress: downloadListener(io.stderr) };
    const figures = await orInterrupted(
      evaluateMaskedLm(source, texts, { ...listeners, engine, batchSize, revision }),
      io.signal,
    );
    const lines = () => `${maskedLmLines(figures)}\n${figures.examples} texts, ${figures.chunks} chunks\n`;
    await writeText(io.stdout, flags.json ? `${JSON.stringify(figures, null, 2)}\n` : lines());
  } finally {
    await engine.close();
  }
}
