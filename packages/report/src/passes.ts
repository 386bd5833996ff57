// The actual length and speed of a training.
import { linesOf } from './charts/history';
import type { RunData } from './run-data';

type Trained = Pick<RunData, 'summary' | 'history'>;

/** Passes over the data. Runs that did not record them: those of the last line of the log, else the requested number. */
export function passesOf({ summary, history }: Trained): number {
  if (summary.epochsDone !== undefined) return summary.epochsDone;
  const last = [...linesOf(history, 'train').slice(-1), ...linesOf(history, 'eval').slice(-1)];
  return last.length > 0 ? Math.max(...last.map(({ epoch }) => epoch)) : summary.epochs;
}

/** Training texts per second, including texts without a label, by the wall time of training and evaluations. */
export function textsPerSecond(data: Trained): number {
  const { trainExamples, distillation, seconds } = data.summary;
  return ((trainExamples + (distillation?.unlabeledExamples ?? 0)) * passesOf(data)) / seconds;
}
