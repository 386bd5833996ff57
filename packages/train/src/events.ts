/** What training tells while it runs. `train` and `eval` events are the lines of `metrics.jsonl`. */
export type TrainEvent = StepEvent | LossEvent | EvaluationEvent;

/** After every step: for a progress bar. */
export interface StepEvent {
  readonly type: 'step';
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  /** Real tokens a second since the start, evaluation left out. */
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

/** After every epoch: the epoch's training figures, and the evaluation's by the metrics' names. */
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

export type EventListener = (event: TrainEvent) => void;
