import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import { type LabelOf, textInputs } from '@attune/train';
import type { AnyPredictor } from '@attune/train/node';
import type { LabelledEvalInput } from '../commands/eval';
import { orInterrupted } from '../interrupt';
import { withPredictor } from '../open-predictor';
import { labelKind } from '../rows/label-kind';
import { type Columns, type LabelledRows, readRowsOf, requireKnownLabels } from '../rows/labelled-rows';
import { readRunConfig } from '../run-config';
import { counted } from '../terminal/counted';
import { downloadListener } from '../terminal/listener';
import { printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { UsageError } from '../usage-error';
import { type Evaluation, type EvaluationKind, evaluationKinds, evaluationLines } from './evaluation';

/** What `attune eval` does: read the rows, predict them, print the metrics. */
export async function runEval({ flags, argument: source, io }: LabelledEvalInput): Promise<void> {
  const onNote = (note: string) => printNote(io.stderr, note);
  const run = await readRunConfig(source);
  const { text, label } = requireColumns({ text: flags.text ?? run.text, label: flags.label ?? run.label }, source);
  const textPair = flags.textPair ?? run.textPair;
  const labelSeparator = flags.labelSeparator ?? run.labelSeparator;
  const columns = { text, textPair, label, labelSeparator, format: flags.format };
  const onTruncated = (count: number, maxLength: number) =>
    onNote(`${counted(count, 'text')} reach ${maxLength} tokens and are cut there`);
  const read = { path: flags.data, columns, onNote };
  const { problemType, evaluation } = await withPredictor(
    source,
    { flags, onTruncated, onNote, onProgress: downloadListener(io.stderr) },
    async (predictor) => ({
      problemType: predictor.problemType,
      evaluation: await orInterrupted(evaluate(predictor, read, source), io.signal),
    }),
  );
  const lines = () => evaluationLines(evaluation, evaluationKinds[problemType]);
  await writeText(io.stdout, flags.json ? `${JSON.stringify(evaluation, null, 2)}\n` : lines());
}

function requireColumns({ text, label }: { text?: string; label?: string }, source: string) {
  const missing = Object.entries({ '--text': text, '--label': label }).filter(([, value]) => value === undefined);
  if (text !== undefined && label !== undefined) return { text, label };
  throw new UsageError(
    missing.map(([flag]) => `${flag}: required, because ${source} is no run that says it`).join('\n'),
  );
}

interface Read {
  readonly path: string;
  readonly columns: Columns & { readonly labelSeparator?: string };
  readonly onNote: (note: string) => void;
}

/** Reads the rows, whose labels are of the model's kind, and measures the model on them. */
async function evaluate<P extends ProblemType>(
  predictor: AnyPredictor & { readonly problemType: P },
  { path, columns, onNote }: Read,
  source: string,
): Promise<Evaluation> {
  const { problemType, labels, config, decision } = predictor;
  const kind = labelKind<P>({ problemType, labelSeparator: columns.labelSeparator });
  const rows: LabelledRows<LabelOf[P]> = await readRowsOf(path, { ...columns, kind }, onNote);
  requireKnownLabels(rows, labels, "the model's", kind.names);
  const { target, evaluation }: EvaluationKind<LabelOf[P]> = evaluationKinds[problemType as P];
  const targets = rows.labels.map((label) => target(label, labels));
  const { logits, loss } = await predictor.evaluate(textInputs(rows), targets);
  checkFinite(logits, source);
  const empty = rows.texts.filter((text, i) => `${text}${rows.pairs?.[i] ?? ''}`.trim() === '').length;
  if (empty > 0) onNote(`${counted(empty, 'empty text')} predicted as [CLS] [SEP]`);
  return evaluation({ rows, labels, logits, loss, config, decision });
}

function checkFinite(logits: Float32Array, source: string): void {
  if (logits.every(Number.isFinite)) return;
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint`,
  );
}
