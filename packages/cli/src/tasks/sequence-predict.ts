// Predictions of a classifier or a regression, row by row: read, cleaned, predicted, written.

import { type Row, type RowStream, type TableHeader, textTemplate } from '@attune/data';
import { extensionOf, readRows } from '@attune/data/node';
import { agreed, counted } from '@attune/internal';
import type { TextInput } from '@attune/train';
import type { AnyPredictor, PredictionOf } from '@attune/train/node';
import { inBatches } from '../data/batches';
import { cleanedRow } from '../data/cleaning';
import { textColumnsIn } from '../data/labeled-rows';
import { checkOutput, type Sink, writeOutput } from '../data/output';
import { checkTopK, type Kept, keptColumns, keptReader, predictionWriter } from '../data/predictions';
import { readRunConfig } from '../data/run-config';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted, untilInterrupted } from '../program/process';
import { progressCounter } from '../program/progress';
import { printNote } from '../program/terminal';
import { withPredictor } from './models';
import type { PredictInput } from './task';

/**
 * Number of texts, and of their UTF-16 units, that are read, predicted and written at a time: no more of the input is held in memory.
 * Texts are sorted by length within a group, so they need almost no padding. Groups of long texts are smaller, so that output and
 * progress do not wait for minutes.
 */
const chunk = {
  size: 2048,
  weightOf: ({ text }: InputRow) => text.length + (typeof text === 'string' ? 0 : text[0].length + text[1].length),
  weight: 2 ** 20,
};

/** The text of a row, and the fields that are written with the prediction. */
interface InputRow {
  readonly text: TextInput;
  readonly kept: Kept;
}

/** Predicts the rows of a file or of standard input, and writes them. */
export async function predictTexts({ source, flags, io }: PredictInput): Promise<void> {
  const { input, output, format, outputFormat, topK } = flags;
  refuseFlags(flags, ['scheme'], `by ${source}, a sequence classification model`);
  if (format === 'conll')
    throw new UsageError('--format: expected rows of texts for a classifier, got conll, which a tagger reads');
  checkTopK(topK);
  await checkOutput(output, input, source);
  const run = await readRunConfig(source);
  const isLines = format === undefined ? input === '-' || extensionOf(input) === '.txt' : format === 'lines';
  const names = {
    text: flags.text ?? (isLines ? 'text' : run.text),
    textPair: flags.textPair ?? (isLines ? undefined : run.textPair),
  };
  const textColumns = (header: TableHeader) => textColumnsIn(header, inputTemplates(header, names));
  const columns = (header: TableHeader) => [...textColumns(header), ...keptColumns(header, flags.keep)];
  const reading = { format, delimiter: flags.delimiter, stdin: io.stdin, values: flags.keep !== undefined };
  const rows = await readRows(input, { ...reading, columns, counted: textColumns });
  const cleaning = { columns: textColumns(rows), clean: flags.clean ?? run.clean };
  const textOf = inputOf(rows, inputTemplates(rows, names));
  const kept = keptReader(rows, flags);
  const read = (row: Row) => ({ text: textOf(cleanedRow(row, cleaning)), kept: kept.read(row) });
  const count = { empty: 0, cut: 0, maxLength: 0 };
  const onTruncated = (cut: number, maxLength: number) => {
    count.cut += cut;
    count.maxLength = maxLength;
  };
  const isSilent = output === undefined && io.stdout.isTTY === true;
  const progress = progressCounter(io.stderr, { noun: 'text', done: 'predicted', isSilent });

  const predictAll = async (predictor: AnyPredictor, sink: Sink) => {
    if (predictor.problemType === 'regression') refuseFlags(flags, ['topK'], 'by a regression model');
    const { problemType, labels } = predictor;
    const written = { outputFormat, topK, source, columns: kept.columns, separator: run.labelSeparator };
    const writer = predictionWriter({ ...written, model: { problemType, labels } });
    if (writer.header !== '') await sink(writer.header);
    for await (const batch of inBatches(mapped(untilInterrupted(rows.rows, io.signal), read), chunk)) {
      const texts = batch.map(({ text }) => text);
      const predictions = await orInterrupted<PredictionOf[keyof PredictionOf][]>(predictor.predict(texts), io.signal);
      await sink(predictions.map((prediction, i) => writer.line(prediction, batch[i].kept)).join(''));
      count.empty += texts.filter((text) => [text].flat().join('').trim() === '').length;
      progress.add(texts.length);
    }
  };
  await withPredictor(source, { flags, io, onTruncated }, (predictor) =>
    writeOutput(output, io, (sink) => predictAll(predictor, sink)),
  );
  progress.end();
  for (const note of [...rows.warnings, kept.note()]) if (note !== undefined) printNote(io.stderr, note);
  if (count.empty > 0) printNote(io.stderr, `${counted(count.empty, 'empty text')} predicted as [CLS] [SEP]`);
  if (count.cut > 0)
    printNote(
      io.stderr,
      `${counted(count.cut, 'text')} ${agreed(count.cut, 'reaches', 'reach')} ${count.maxLength} tokens and ${agreed(count.cut, 'is', 'are')} truncated`,
    );
}

/** The templates of the input of the model: a text, or a pair. */
function inputTemplates(
  { where, columns }: TableHeader,
  { text, textPair }: { readonly text?: string; readonly textPair?: string },
): [string, ...string[]] {
  if (text === undefined)
    throw new UsageError(
      `--text: required, because the model is not a run that records it; columns of ${where}: ${columns.join(', ')}`,
    );
  return textPair === undefined ? [text] : [text, textPair];
}

/** Turns a row into the input of the model. */
function inputOf(rows: RowStream, [text, textPair]: readonly [string, ...string[]]): (row: Row) => TextInput {
  const first = textTemplate(text, rows);
  if (textPair === undefined) return first;
  const second = textTemplate(textPair, rows);
  return (row) => [first(row), second(row)];
}

async function* mapped(rows: AsyncIterable<Row>, read: (row: Row) => InputRow): AsyncGenerator<InputRow> {
  for await (const row of rows) yield read(row);
}
