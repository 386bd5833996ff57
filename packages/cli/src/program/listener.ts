import { counted } from '@attune/internal';
import type { DownloadProgress } from '@attune/models/node';
import {
  type EvaluationEvent,
  type EvaluationStepEvent,
  type EventListener,
  formatDuration,
  progressLine,
  type StepEvent,
} from '@attune/train';
import type { OutputStream } from './process';
import { lineEvery } from './progress';
import { printLine, printNote, printStatus } from './terminal';

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
 * On a terminal the progress line is rewritten in place; elsewhere (a log file) it is printed every tenth of the steps and every
 * ten seconds, and so is a long evaluation. After twenty steps a note gives the remaining time, if that is half a minute or more.
 * @example
 * await trainAndReport({ …, onEvent: terminalListener(process.stderr) });
 */
export function terminalListener(
  stream: OutputStream,
  { now = () => performance.now() }: ListenerOptions = {},
): EventListener {
  const progress = stream.isTTY ? redrawing(stream, now) : everyTenth(stream, now);
  const evaluated = evaluationProgress(stream, now);
  const correct = correctedEstimate((note) => printNote(stream, note));
  return (event) => {
    if (event.type === 'step') {
      progress(event);
      correct(event);
    }
    if (event.type === 'eval-step') evaluated(event);
    if (event.type === 'eval') printLine(stream, epochLine(event));
  };
}

/** The step at which the time is measured, and the number of first steps that are not counted, because runtimes compile in them. */
const measuredAfter = 20;
const uncounted = 5;

/** Remaining seconds from which a note is printed. */
const leastSaid = 30;

/** Notes after twenty steps how long the training takes; before the first step that is only estimated. */
function correctedEstimate(onNote: (note: string) => void): (event: StepEvent) => void {
  let taken = 0;
  let before = 0;
  return ({ step, totalSteps, secondsLeft }) => {
    taken += 1;
    if (taken > measuredAfter || step >= totalSteps) return;
    const running = (secondsLeft * (taken - 1)) / (totalSteps - step); // seconds of the steps taken, without the first
    if (taken === uncounted) before = running;
    if (taken !== measuredAfter) return;
    const left = ((running - before) / (measuredAfter - uncounted)) * (totalSteps - step);
    if (left >= leastSaid)
      onNote(
        `at the speed of the first ${measuredAfter} steps, the remaining ${(totalSteps - step).toLocaleString('en')} take ${formatDuration(left)}, without evaluations`,
      );
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

function everyTenth(stream: OutputStream, now: () => number): (event: StepEvent) => void {
  const begun = now();
  let printed: { readonly tenth: number; readonly at: number } | undefined;
  return (event) => {
    const tenthAt = (step: number) => Math.floor((10 * step) / event.totalSteps);
    printed ??= { tenth: tenthAt(event.step - 1), at: begun }; // a resumed run begins in a later tenth
    const tenth = tenthAt(event.step);
    if (tenth === printed.tenth && now() - printed.at < lineEvery) return;
    printed = { tenth, at: now() };
    printLine(stream, `step${progressLine(event, 0)}`);
  };
}

/**
 * On a terminal the count is rewritten in place, and erased at the end; elsewhere it is printed every ten seconds, and never for a
 * shorter evaluation.
 */
function evaluationProgress(stream: OutputStream, now: () => number): (event: EvaluationStepEvent) => void {
  let [at, isNew] = [0, true];
  return ({ examples, totalExamples }) => {
    if (isNew) at = now();
    isNew = examples === totalExamples;
    if (isNew) return printStatus(stream, '');
    if (now() - at < (stream.isTTY ? redrawEvery : lineEvery)) return;
    at = now();
    const line = `evaluating: ${examples.toLocaleString('en')} of ${counted(totalExamples, 'example')}`;
    if (stream.isTTY) printStatus(stream, line);
    else printLine(stream, line);
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
