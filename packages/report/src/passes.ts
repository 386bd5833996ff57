// How much a run trained, as it was and not as it was asked for.
import { linesOf } from './charts/history';
import type { RunData } from './run-data';

type Trained = Pick<RunData, 'summary' | 'history'>;

/** Passes over the data that a run made; of a run that does not say it those of its last line, else those it was asked for. */
export function passesOf({ summary, history }: Trained): number {
  if (summary.epochsDone !== undefined) return summary.epochsDone;
  const last = [...linesOf(history, 'train').slice(-1), ...linesOf(history, 'eval').slice(-1)];
  return last.length > 0 ? Math.max(...last.map(({ epoch }) => epoch)) : summary.epochs;
}

/** Training texts per second, those without a label too, in the wall time of the training with its evaluations. */
export function textsPerSecond(data: Trained): number {
  const { trainExamples, distillation, seconds } = data.summary;
  return ((trainExamples + (distillation?.unlabeledExamples ?? 0)) * passesOf(data)) / seconds;
}
