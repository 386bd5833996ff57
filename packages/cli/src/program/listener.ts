import type { DownloadProgress } from '@attune/models/node';
import { type EvaluationEvent, type EventListener, progressLine, type StepEvent } from '@attune/train';
import type { OutputStream } from './process';
import { printLine, printStatus } from './terminal';

/** Options of `terminalListener`. */
export interface ListenerOptions {
  /** The clock that limits redrawing, in milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

/** Leaves room for the metrics on a terminal of 80 columns. */
const barWidth = 16;

/** Redrawing more often than this only costs time. */
const redrawEvery = 100;

/**
 * Creates a listener that prints training as it happens: a progress line, and a line of results after every evaluation.
 *
 * On a terminal the progress line is rewritten in place; elsewhere (a log file) it is printed every tenth of the steps.
 * @example
 * await trainAndReport({ …, onEvent: terminalListener(process.stderr) });
 */
export function terminalListener(
  stream: OutputStream,
  { now = () => performance.now() }: ListenerOptions = {},
): EventListener {
  const progress = stream.isTTY ? redrawing(stream, now) : everyTenth(stream);
  return (event) => {
    if (event.type === 'step') progress(event);
    if (event.type === 'eval') printLine(stream, epochLine(event));
  };
}

function redrawing(stream: OutputStream, now: () => number): (event: StepEvent) => void {
  let drawn = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (now() - drawn < redrawEvery && event.step < event.totalSteps) return;
    drawn = now();
    printStatus(stream, progressLine(event, barWidth));
  };
}

function everyTenth(stream: OutputStream): (event: StepEvent) => void {
  let printed = 0;
  return (event) => {
    const tenth = Math.floor((10 * event.step) / event.totalSteps);
    if (tenth === printed) return;
    printed = tenth;
    printLine(stream, `step${progressLine(event, 0)}`);
  };
}

/** Creates a listener that shows the progress of a model's download on a terminal. */
export function downloadListener(stream: OutputStream): (progress: DownloadProgress) => void {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return ({ file, received, size }) =>
    printStatus(stream, `downloading ${file}: ${megabytes(received)} of ${megabytes(size)} MB`);
}

/** `epoch 1  training loss 0.6931, accuracy 0.5012; evaluation loss …, accuracy …, macro-F1 …`. */
export function epochLine({ epoch, trainLoss, trainAccuracy, ...event }: EvaluationEvent): string {
  const { loss, accuracy, macroF1, f1, perplexity } = event;
  const training = metrics({ loss: trainLoss, accuracy: trainAccuracy });
  const evaluation = metrics({ loss, accuracy, 'macro-F1': macroF1, F1: f1, perplexity });
  return `epoch ${Number(epoch.toFixed(2))}  training ${training}${evaluation && `; evaluation ${evaluation}`}`;
}

function metrics(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${value.toFixed(4)}`] : []))
    .join(', ');
}
