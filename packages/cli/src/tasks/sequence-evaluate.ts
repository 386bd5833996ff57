// The metrics of a classifier or a regression on a file of labeled texts.
import { textTemplate } from '@attune/data';
import { AttuneError, agreed, counted } from '@attune/internal';
import { type Evaluation, meanLoss, problemOf, type Target, textInputs } from '@attune/train';
import type { AnyPredictor } from '@attune/train/node';
import { labelListOf } from '../data/label-list';
import type { LabeledColumns } from '../data/labeled-parts';
import { joinedText, type LabeledRows, readLabeledRows, requireKnownLabels } from '../data/labeled-rows';
import { readRunConfig } from '../data/run-config';
import { readColumns } from '../data/texts';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { printNote } from '../program/terminal';
import { withPredictor } from './models';
import { evaluationLines, shownOf } from './results';
import { areSeen, bySeen, seenLines } from './seen-metrics';
import type { Evaluated, EvaluateInput } from './task';

/** Measures a model on the rows of a file; with `--seen-in` also separately on texts that another file has, and on those that it does not. */
export async function evaluateTexts({ source, flags, io }: EvaluateInput): Promise<Evaluated> {
  refuseFlags(flags, ['labelNames', 'scheme'], `by ${source}, a sequence classification model`);
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
    const problem = problemOf(predictor);
    const rows = await readRows(predictor, { path: flags.data, columns, onNote });
    const others = flags.seenIn === undefined ? undefined : await readOthers(flags.seenIn, columns);
    const measure = await orInterrupted(measured(predictor, rows, { source, onNote }), io.signal);
    const metrics = measure([...rows.texts.keys()]);
    const seen = others && bySeen(areSeen(joinedTexts(rows), others), measure);
    const lines = evaluationLines(metrics, problem);
    const apart = seen ? `${seenLines(seen, (part) => shownOf(part, problem))}\n` : '';
    return { metrics: { ...metrics, ...seen }, lines: `${lines}${apart}` };
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

type Rows = LabeledRows<unknown>;

/** Reads the rows, with labels of the model's problem type. */
async function readRows(predictor: AnyPredictor, { path, columns, onNote }: LabeledFile): Promise<Rows> {
  const { labels } = predictor;
  const { column: labelColumn } = problemOf(predictor);
  const rows = await readLabeledRows(path, { ...columns, labelColumn, known: labels }, onNote);
  // Texts with a listed label that the model lacks count as wrong, and are not part of the loss.
  const listed = predictor.problemType === 'regression' ? [] : (columns.labelList ?? []);
  requireKnownLabels(rows, [...new Set([...labels, ...listed])], "the model's", labelColumn.names);
  return rows;
}

/** The texts of a file that needs no labels, cleaned as the others; pairs joined. */
async function readOthers(path: string, { text, textPair, format, delimiter, clean }: LabeledColumns) {
  const templates = [text, ...(textPair === undefined ? [] : [textPair])];
  const reading = { templatesOf: () => templates, onNote: () => {} };
  const table = await readColumns(path, { format, delimiter, clean }, reading);
  const [textOf, pairOf] = templates.map((template) => textTemplate(template, table));
  return table.rows.map((row) => joinedText(textOf(row), pairOf?.(row)));
}

const joinedTexts = ({ texts, pairs }: Rows) => texts.map((text, i) => joinedText(text, pairs?.[i]));

/** Predicts the rows once. Returns what measures some of them. */
async function measured(
  predictor: AnyPredictor,
  rows: Rows,
  { source, onNote }: { readonly source: string; readonly onNote: (note: string) => void },
): Promise<(chosen: readonly number[]) => Evaluation> {
  const { labels, decision, config } = predictor;
  const { column: labelColumn, targetWith, evaluate: evaluationOf } = problemOf(predictor);
  const isKnown = (label: unknown) => labelColumn.names(label as never).every((name) => labels.includes(name));
  const known = rows.labels.map(isKnown);
  const targetOf = targetWith(labels);
  const targets = rows.labels.map((label, i) => targetOf(known[i] ? label : Array.isArray(label) ? [] : labels[0]));
  const { logits, loss: ofAll } = await predictor.evaluate(textInputs(rows), targets);
  checkFinite(logits, source);
  const missed = known.filter((isOne) => !isOne).length;
  if (missed > 0)
    onNote(`${counted(missed, 'text')} with labels that the model lacks: counted as missed, and not part of the loss`);
  const empty = rows.texts.filter((text, i) => `${text}${rows.pairs?.[i] ?? ''}`.trim() === '').length;
  if (empty > 0) onNote(`${counted(empty, 'empty text')} predicted as [CLS] [SEP]`);
  const width = config.labels.length;
  return (chosen) => {
    const counting = chosen.filter((i) => known[i]);
    const isAll = counting.length === rows.texts.length;
    const loss = isAll ? ofAll : lossOf(counting, { logits, targets, config });
    const truth = chosen.map((i) => rows.labels[i]);
    return evaluationOf({ truth, labels, logits: rowsOf(logits, chosen, width), loss, decision });
  };
}

/** The mean loss of some of the texts. */
function lossOf(
  chosen: readonly number[],
  { logits, targets, config }: { logits: Float32Array; targets: readonly Target[]; config: AnyPredictor['config'] },
): number {
  const own = rowsOf(logits, chosen, config.labels.length);
  return meanLoss(
    own,
    chosen.map((row) => targets[row]),
    config,
  );
}

function rowsOf(logits: Float32Array, chosen: readonly number[], width: number): Float32Array {
  const own = new Float32Array(chosen.length * width);
  for (const [i, row] of chosen.entries()) own.set(logits.subarray(row * width, (row + 1) * width), i * width);
  return own;
}

function checkFinite(logits: Float32Array, source: string): void {
  if (logits.every(Number.isFinite)) return;
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint`,
  );
}
