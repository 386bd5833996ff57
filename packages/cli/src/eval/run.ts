import { labelEncoderFrom } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { classificationReport } from '@attune/metrics';
import { argMaxRows } from '@attune/train';
import type { Predictor } from '@attune/train/node';
import type { EvalInput } from '../commands/eval';
import { orInterrupted } from '../interrupt';
import { withPredictor } from '../open-predictor';
import { type LabelledRows, readLabelledRows, requireKnownLabels } from '../rows/labelled-rows';
import { readRunConfig } from '../run-config';
import { counted } from '../terminal/counted';
import { downloadListener } from '../terminal/listener';
import { printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { UsageError } from '../usage-error';
import { type Evaluation, evaluationLines } from './evaluation';

/** What `attune eval` does: read the rows, predict them, print the metrics. */
export async function runEval({ flags, argument: source, io }: EvalInput): Promise<void> {
  const onNote = (note: string) => printNote(io.stderr, note);
  const run = await readRunConfig(source);
  const columns = { text: flags.text ?? run.text, label: flags.label ?? run.label, format: flags.format };
  const rows = await readLabelledRows(flags.data, { ...columns, ...requireColumns(columns, source) }, onNote);
  const onTruncated = (count: number, maxLength: number) =>
    onNote(`${counted(count, 'text')} reach ${maxLength} tokens and are cut there`);
  const evaluation = await withPredictor(
    source,
    { flags, onTruncated, onNote, onProgress: downloadListener(io.stderr) },
    (predictor) => orInterrupted(evaluate(predictor, rows, source), io.signal),
  );
  const empty = rows.texts.filter((text) => text.trim() === '').length;
  if (empty > 0) onNote(`${counted(empty, 'empty text')} predicted as [CLS] [SEP]`);
  await writeText(io.stdout, flags.json ? `${JSON.stringify(evaluation, null, 2)}\n` : evaluationLines(evaluation));
}

function requireColumns({ text, label }: { text?: string; label?: string }, source: string) {
  const missing = Object.entries({ '--text': text, '--label': label }).filter(([, value]) => value === undefined);
  if (text !== undefined && label !== undefined) return { text, label };
  throw new UsageError(
    missing.map(([flag]) => `${flag}: required, because ${source} is no run that says it`).join('\n'),
  );
}

async function evaluate(predictor: Predictor, rows: LabelledRows, source: string): Promise<Evaluation> {
  const { labels } = predictor;
  requireKnownLabels(rows, labels, "the model's");
  const encoder = labelEncoderFrom(labels);
  const { logits, loss } = await predictor.evaluate(rows.texts, rows.labels.map(encoder.encode));
  if (!logits.every(Number.isFinite))
    throw new AttuneError(
      'MODEL_NOT_FINITE',
      `${source}: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint`,
    );
  const predicted = Array.from(argMaxRows(logits, labels.length), encoder.decode);
  const { accuracy, macro, weighted, perClass } = classificationReport(rows.labels, predicted);
  const examples = rows.texts.length;
  return { examples, accuracy, macroF1: macro.f1, weightedF1: weighted.f1, loss, perClass };
}
