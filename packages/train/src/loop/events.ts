// Events of a training, what receives them, and the line of a progress bar.

/** Events of a training. `train` and `eval` events are the lines of `metrics.jsonl`. */
export type TrainEvent = StepEvent | LossEvent | EvaluationStepEvent | EvaluationEvent;

/** After every step: for a progress bar. */
export interface StepEvent {
  readonly type: 'step';
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  /** Real tokens per second since the start, without evaluations. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Every `loggingSteps` steps: means since the last. */
export interface LossEvent {
  readonly type: 'train';
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm before clipping, of the last step. */
  readonly gradNorm: number;
  readonly tokensPerSecond: number;
  /** Seconds since training began. */
  readonly time: number;
}

/** After every batch of an evaluation: for a progress bar. */
export interface EvaluationStepEvent {
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
  readonly type: 'eval';
  readonly step: number;
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy?: number;
  /** Evaluation loss. Absent, like the metrics, without evaluation data. */
  readonly loss?: number;
  readonly accuracy?: number;
  readonly macroF1?: number;
  readonly time: number;
  readonly [metric: string]: string | number | undefined;
}

/** Whether an event is a line of `metrics.jsonl`; the others are for progress bars. */
export const isLogged = (event: TrainEvent): event is LossEvent | EvaluationEvent =>
  event.type === 'train' || event.type === 'eval';

/** Receives the events of a training. */
export type EventListener = (event: TrainEvent) => void;

/**
 * Follows a run: a plain object that receives its events, in order.
 *
 * ```ts
 * const losses: number[] = [];
 * const callback: Callback = { onEvent: (event) => void (event.type === 'train' && losses.push(event.loss)) };
 * ```
 */
export interface Callback {
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
