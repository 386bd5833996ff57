// Events of a training, their listeners, and the line of a progress bar.

/** Events of a training. `train` and `eval` events are the lines of `metrics.jsonl`. */
export type TrainEvent = StepEvent | LossEvent | EvaluationStepEvent | EvaluationEvent;

/** After every step: for a progress bar. */
export interface StepEvent {
  /** Kind of the event. */
  readonly type: 'step';
  /** Optimizer steps so far, this one included. */
  readonly step: number;
  /** Optimizer steps of the whole run. */
  readonly totalSteps: number;
  /** Number of the epoch that the step belongs to, from 1. */
  readonly epoch: number;
  /** Training loss of this step. */
  readonly loss: number;
  /** Real tokens per second since the start, without evaluations. */
  readonly tokensPerSecond: number;
  /** Estimated seconds until the last step, without evaluations; from the steps since the start except for the first, in which runtimes compile. */
  readonly secondsLeft: number;
}

/** Every `loggingSteps` steps: means since the last. */
export interface LossEvent {
  /** Kind of the event. */
  readonly type: 'train';
  /** Optimizer steps so far. */
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  /** Mean training loss of the steps since the last such event. */
  readonly loss: number;
  /** Learning rate of the last step. */
  readonly learningRate: number;
  /** Global norm before clipping, of the last step. */
  readonly gradNorm: number;
  /** Real tokens per second since the start, without evaluations. */
  readonly tokensPerSecond: number;
  /** Seconds since training began. */
  readonly time: number;
}

/** After every batch of an evaluation, and of the last one on the reported part: for a progress bar. */
export interface EvaluationStepEvent {
  /** Kind of the event. */
  readonly type: 'eval-step';
  /** The training step that the evaluation follows. */
  readonly step: number;
  /** Examples evaluated so far. */
  readonly examples: number;
  /** Examples of the evaluation data. */
  readonly totalExamples: number;
}

/** After every evaluation: the training metrics since the last one, and the evaluation's by name. */
export interface EvaluationEvent {
  /** Kind of the event. */
  readonly type: 'eval';
  /** Optimizer steps so far. */
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  /** Mean training loss since the last evaluation. */
  readonly trainLoss: number;
  /** Share of right answers in training since the last evaluation; absent for tasks without one. */
  readonly trainAccuracy?: number;
  /** Evaluation loss. Absent, like the metrics, without evaluation data. */
  readonly loss?: number;
  /** Share of right answers on the evaluation data, in [0, 1]; absent for a regression. */
  readonly accuracy?: number;
  /** Mean F1 over classes or labels, in [0, 1]; of sequence classification. */
  readonly macroF1?: number;
  /** Seconds since training began. */
  readonly time: number;
  readonly [metric: string]: string | number | undefined;
}

/** Whether an event is a line of `metrics.jsonl`; the others are for progress bars. */
export const isLogged = (event: TrainEvent): event is LossEvent | EvaluationEvent =>
  event.type === 'train' || event.type === 'eval';

/** Receives the events of a training. */
export type EventListener = (event: TrainEvent) => void;

/**
 * A plain object that receives the events of a run, in order.
 *
 * ```ts
 * const losses: number[] = [];
 * const callback: Callback = { onEvent: (event) => void (event.type === 'train' && losses.push(event.loss)) };
 * ```
 */
export interface Callback {
  /** Called with each event, in order. Its promises are awaited before the run ends; one that rejects ends training at the next event. */
  onEvent(event: TrainEvent): void | Promise<void>;
  /**
   * Called once, after the last event.
   * @param failure the error that ended the run early; absent where it ended well
   */
  close?(failure?: unknown): Promise<void>;
}

/**
 * `1:05`, `2:00:07`.
 *
 * @example
 * formatDuration(65); // '1:05'
 */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/**
 * One line for a terminal: bar, steps, epoch, loss, speed, time left.
 *
 * @example
 * if (event.type === 'step') process.stderr.write(`\r${progressLine(event)}`);
 */
export function progressLine(
  { step, totalSteps, epoch, loss, tokensPerSecond, secondsLeft }: StepEvent,
  width = 24,
): string {
  const full = Math.round((width * step) / totalSteps);
  const bar = '█'.repeat(full) + '░'.repeat(width - full);
  const speed = `${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`;
  return `${bar} ${step}/${totalSteps}  epoch ${epoch}  loss ${loss.toFixed(4)}  ${speed}  ${formatDuration(secondsLeft)} left`;
}
