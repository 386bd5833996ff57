import { extname } from 'node:path';
import type { Row } from '@attune/data';
import { readRows } from '@attune/data/node';
import type { TextInput } from '@attune/train';
import type { AnyPredictor, PredictionOf } from '@attune/train/node';
import type { LabelledPredictInput } from '../commands/predict';
import { orInterrupted } from '../interrupt';
import { withPredictor } from '../open-predictor';
import { readRunConfig } from '../run-config';
import { counted } from '../terminal/counted';
import { downloadListener } from '../terminal/listener';
import { printNote, printStatus } from '../terminal/print';
import { inBatches } from './batches';
import { checkOutput, type Sink, writeOutput } from './output';
import { predictionLine } from './prediction-line';
import { inputOf } from './text-of';

/**
 * Texts read, predicted and written at a time, and their UTF-16 units: all that is ever held of the input. Sorted by length
 * among so many, next to nothing is padding; of long texts there are fewer, so that output and progress do not wait for minutes.
 */
const atOnce = {
  size: 2048,
  weightOf: (text: TextInput) => text.length + (typeof text === 'string' ? 0 : text[0].length + text[1].length),
  weight: 2 ** 20,
};

/** What `attune predict` does: stream rows through the model, and say at the end what was unusual. */
export async function runPredict({ flags, argument: source, io }: LabelledPredictInput): Promise<void> {
  const { input, output, format } = flags;
  await checkOutput(output, input);
  const { text: trained, textPair: trainedPair } = await readRunConfig(source);
  const rows = await readRows(input, { format, stdin: io.stdin });
  const text = inputOf(rows, {
    given: flags.text,
    trained,
    pair: flags.textPair,
    trainedPair,
    isLines: isLines(input, format),
  });
  const count = { rows: 0, empty: 0, cut: 0, maxLength: 0 };
  const onTruncated = (cut: number, maxLength: number) => {
    count.cut += cut;
    count.maxLength = maxLength;
  };
  const isBusy = output === undefined && io.stdout.isTTY;

  const predictAll = async (predictor: AnyPredictor, sink: Sink) => {
    for await (const texts of inBatches(mapped(rows.rows, text), atOnce)) {
      const predictions = await orInterrupted<Predicted[]>(predictor.predict(texts), io.signal);
      await sink(predictions.map((prediction) => predictionLine(prediction, source)).join(''));
      count.rows += texts.length;
      count.empty += texts.filter((each) => [each].flat().join('').trim() === '').length;
      if (!isBusy) printStatus(io.stderr, `${counted(count.rows, 'text')} predicted`);
    }
  };
  const onNote = (note: string) => printNote(io.stderr, note);
  await withPredictor(source, { flags, onTruncated, onNote, onProgress: downloadListener(io.stderr) }, (predictor) =>
    writeOutput(output, io.stdout, (sink) => predictAll(predictor, sink)),
  );
  if (count.empty > 0) printNote(io.stderr, `${counted(count.empty, 'empty text')} predicted as [CLS] [SEP]`);
  if (count.cut > 0)
    printNote(io.stderr, `${counted(count.cut, 'text')} reach ${count.maxLength} tokens and are cut there`);
}

type Predicted = PredictionOf[keyof PredictionOf];

async function* mapped(rows: AsyncIterable<Row>, text: (row: Row) => TextInput): AsyncGenerator<TextInput> {
  for await (const row of rows) yield text(row);
}

function isLines(input: string, format: string | undefined): boolean {
  return format === undefined ? input === '-' || extname(input).toLowerCase() === '.txt' : format === 'lines';
}
