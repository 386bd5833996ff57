import type { EventListener, LossEvent } from './events';
import type { TrainingPlan } from './plan';
import type { Stopwatch } from './stopwatch';

export interface StepFigures {
  /** Counted from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
  /** Real tokens of the batch. */
  readonly tokens: number;
}

/** Tells of each step, and every `loggingSteps` of them the mean loss since the last time. */
export function lossLog(
  { totalSteps, stepsPerEpoch }: TrainingPlan,
  { loggingSteps, watch, onEvent }: { loggingSteps: number; watch: Stopwatch; onEvent: EventListener },
) {
  let tokens = 0;
  let losses: number[] = [];
  const tokensPerSecond = () => tokens / watch.running();
  const lossEvent = ({ step, learningRate, gradNorm }: StepFigures): LossEvent => ({
    type: 'train',
    step,
    epoch: step / stepsPerEpoch,
    loss: losses.reduce((a, b) => a + b, 0) / losses.length,
    learningRate,
    gradNorm,
    tokensPerSecond: tokensPerSecond(),
    time: watch.total(),
  });
  return {
    tokensPerSecond,
    step(figures: StepFigures): void {
      const { step, epoch, loss } = figures;
      tokens += figures.tokens;
      losses.push(loss);
      const secondsLeft = ((totalSteps - step) * watch.running()) / step;
      onEvent({ type: 'step', step, totalSteps, epoch, loss, tokensPerSecond: tokensPerSecond(), secondsLeft });
      if (step % loggingSteps !== 0 && step !== totalSteps) return;
      onEvent(lossEvent(figures));
      losses = [];
    },
  };
}
