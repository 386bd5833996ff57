import type { EventListener, LossEvent } from './events';
import type { TrainingPlan } from './plan';
import type { TakenStep } from './step';
import type { Stopwatch } from './stopwatch';

/** What a log has gathered since its last line, and since the start: a checkpoint holds it. */
export interface LogState {
  /** Losses of the steps since the last line. */
  readonly losses: readonly number[];
  /** Real tokens so far. */
  readonly tokens: number;
}

export interface LossLogOptions {
  readonly loggingSteps: number;
  readonly watch: Stopwatch;
  readonly onEvent: EventListener;
  readonly saved?: LogState;
}

/** Tells of each step, and every `loggingSteps` of them the mean loss since the last time. */
export function lossLog(
  { totalSteps, stepsPerEpoch, epochOf }: TrainingPlan,
  { loggingSteps, watch, onEvent, saved }: LossLogOptions,
) {
  let tokens = saved?.tokens ?? 0;
  let losses = [...(saved?.losses ?? [])];
  let taken = 0;
  const tokensPerSecond = () => tokens / watch.running();
  const lossEvent = (step: number, { learningRate, gradNorm }: TakenStep): LossEvent => ({
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
    read: (): LogState => ({ losses, tokens }),
    /** @param step steps taken, this one included */
    step(step: number, figures: TakenStep): void {
      const { loss } = figures;
      tokens += figures.tokens;
      losses.push(loss);
      taken += 1;
      const secondsLeft = ((totalSteps - step) * watch.sinceStart()) / taken;
      const epoch = epochOf(step - 1);
      onEvent({ type: 'step', step, totalSteps, epoch, loss, tokensPerSecond: tokensPerSecond(), secondsLeft });
      if (step % loggingSteps !== 0 && step !== totalSteps) return;
      onEvent(lossEvent(step, figures));
      losses = [];
    },
  };
}
