import type { HostTensor } from '@attune/engine';
import type { EventListener, LossEvent } from './events';
import type { TrainingPlan } from './plan';
import type { TakenStep } from './step';
import type { Examples, TaskBatch, TrainingTask } from './task';

// The bookkeeping of a training between evaluations and saves: losses by step, training metrics, and clocks that leave
// pauses out.

/** State of a log since its last line and since the start, as a checkpoint holds it. */
export interface LogState {
  /** Losses of the steps since the last line. */
  readonly losses: readonly number[];
  /** Real tokens so far. */
  readonly tokens: number;
}

interface LossLogOptions {
  readonly loggingSteps: number;
  readonly watch: Stopwatch;
  readonly onEvent: EventListener;
  readonly saved?: LogState;
}

/** Emits an event for each step, and every `loggingSteps` steps one with the mean loss since the last. */
export function lossLog(
  { totalSteps, stepsPerEpoch, epochOf }: TrainingPlan,
  { loggingSteps, watch, onEvent, saved }: LossLogOptions,
) {
  let tokens = saved?.tokens ?? 0;
  let losses = [...(saved?.losses ?? [])];
  let taken = 0;
  let compiled = 0; // seconds of the first step, in which runtimes compile: no other takes as long
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
    step(step: number, result: TakenStep): void {
      const { loss } = result;
      tokens += result.tokens;
      losses.push(loss);
      taken += 1;
      if (taken === 1) compiled = watch.sinceStart();
      const perStep = taken === 1 ? compiled : (watch.sinceStart() - compiled) / (taken - 1);
      const secondsLeft = (totalSteps - step) * perStep;
      const epoch = epochOf(step - 1);
      onEvent({ type: 'step', step, totalSteps, epoch, loss, tokensPerSecond: tokensPerSecond(), secondsLeft });
      if (step % loggingSteps !== 0 && step !== totalSteps) return;
      onEvent(lossEvent(step, result));
      losses = [];
    },
  };
}

/** Gathered metrics as plain numbers, as a checkpoint holds them. */
export interface GatheredMetrics {
  /** Sum of the batches' losses, each times its weight. */
  readonly loss: number;
  /** Sum of the batches' weights. */
  readonly weight: number;
  /** Number of right answers; absent for tasks without one. */
  readonly correct?: number;
  /** Number of answers: one per example, or as the task counts them. */
  readonly examples: number;
}

/** Training loss and accuracy since the last evaluation, gathered while the model changes. */
export function trainingMetrics<Data extends Examples>(task: TrainingTask<Data>, data: Data, saved?: GatheredMetrics) {
  const none: GatheredMetrics = { loss: 0, weight: 0, examples: 0 };
  let gathered = saved ?? none;
  return {
    add(batch: TaskBatch, { loss, logits }: { loss: number; logits: HostTensor }): void {
      const right = task.correct?.(data, batch, logits);
      gathered = {
        loss: gathered.loss + loss * batch.weight,
        weight: gathered.weight + batch.weight,
        ...(right !== undefined && { correct: (gathered.correct ?? 0) + right }),
        examples: gathered.examples + (batch.answers ?? batch.examples.length),
      };
    },
    /** Returns the metrics so far and resets them. */
    take(): { trainLoss: number; trainAccuracy?: number } {
      const { loss, weight, correct, examples } = gathered;
      gathered = none;
      return {
        trainLoss: weight === 0 ? 0 : loss / weight,
        ...(correct !== undefined && examples > 0 && { trainAccuracy: correct / examples }), // texts without labels have no answers
      };
    },
    read: () => gathered,
  };
}

/** Clocks, in seconds: `total` always runs, `running` excludes pauses; both continue from an earlier run. */
interface Stopwatch {
  total(): number;
  running(): number;
  /** `running`, without the earlier run. */
  sinceStart(): number;
  pause(): void;
  resume(): void;
}

/** The state of a stopwatch when its run was interrupted. */
export interface StopwatchState {
  /** Seconds since training began, pauses included. */
  readonly total: number;
  /** Seconds of training alone, without evaluations and saves. */
  readonly running: number;
}

export function startStopwatch(
  saved: StopwatchState = { total: 0, running: 0 },
  now: () => number = () => performance.now(),
): Stopwatch {
  const start = now();
  let pausedAt: number | undefined;
  let paused = 0;
  const sinceStart = () => ((pausedAt ?? now()) - start - paused) / 1000;
  return {
    total: () => saved.total + (now() - start) / 1000,
    running: () => saved.running + sinceStart(),
    sinceStart,
    pause() {
      pausedAt ??= now();
    },
    resume() {
      if (pausedAt !== undefined) paused += now() - pausedAt;
      pausedAt = undefined;
    },
  };
}
