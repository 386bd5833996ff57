import type { EvaluationEvent, LossEvent } from '../../events';

/** The learning rate as it was, which warm-up and decay make another than the one that was asked for. */
export interface LearningRates {
  /** What `learningRate` said. */
  readonly asked: number;
  /** The highest of the run. */
  readonly reached: number;
  /** The mean over the run. */
  readonly mean: number;
}

/** The learning rates of a run, by the lines of its log: with `loggingSteps: 1` of every step. */
export function learningRatesOf(history: readonly (LossEvent | EvaluationEvent)[], asked: number): LearningRates {
  const rates = history.flatMap((event) => (event.type === 'train' ? [(event as LossEvent).learningRate] : []));
  return { asked, reached: Math.max(0, ...rates), mean: rates.reduce((sum, rate) => sum + rate, 0) / rates.length };
}
