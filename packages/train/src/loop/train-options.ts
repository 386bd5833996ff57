import type { Engine, HostTensor, HostTensors } from '@attune/engine';
import type { StopSignal } from '@attune/internal';
import type { Model } from '@attune/models';
import type { TrainingArguments } from '../arguments/arguments';
import type { EvaluationEvent, EventListener } from './events';
import type { SavedTraining, SaveTraining } from './saved-training';
import type { Examples, TrainingTask } from './task';

/** Options of `train`. */
export interface TrainOptions<Data extends Examples> {
  /** The open engine: `await openEngine()`. */
  readonly engine: Engine;
  /** The model, with its head. */
  readonly model: Model;
  /** The initial parameters; not changed. */
  readonly parameters: HostTensors;
  /** How examples become batches, and how they are measured: `sequenceTask(model.config)`. */
  readonly task: TrainingTask<Data>;
  /** The task of evaluations, such as one without class weights. Default `task`. */
  readonly evaluationTask?: TrainingTask<Data>;
  /** Examples ready for training, and those of evaluations. */
  readonly data: {
    /** Examples to learn. */
    readonly train: Data;
    /** Examples of evaluations; default none, without evaluations. */
    readonly validation?: Data;
  };
  /** How to train, complete: of `trainingArguments`. */
  readonly arguments: TrainingArguments;
  /** Receives every step, record of the loss and evaluation, as they happen; default none. */
  readonly onEvent?: EventListener;
  /** Called when a save is due, and when training is aborted; may return the place of the save, for messages. Default none: nothing is saved. */
  readonly save?: SaveTraining | ((saved: SavedTraining) => Promise<string>);
  /** Called once training has ended, before long work that follows; skipped where the end is saved already. Default none. */
  readonly saveLast?: SaveTraining;
  /** Resumes a saved training; `path` is its place, for messages. Default none: training starts from step 0. */
  readonly resume?: SavedTraining & {
    /** The place of the saved training. */
    readonly path?: string;
  };
  /** Aborting saves after the current step and ends training with the signal's reason. Held from the first step on. Default none. */
  readonly signal?: StopSignal;
}

/** The result of `train`. */
export interface TrainResult {
  /** Of the best evaluation by `metricForBestModel`; of the last step without evaluation data. */
  readonly parameters: Record<string, HostTensor>;
  /** Optimizer steps before the best evaluation; the last step without evaluation data. */
  readonly bestStep: number;
  /** Passes over the data before it, with a fraction. */
  readonly bestEpoch: number;
  /** Events of this call, without those before a resume. */
  readonly evaluations: readonly EvaluationEvent[];
  /** Optimizer steps, including those before a resume. */
  readonly steps: number;
  /** Passes over the data in these steps, with a fraction. */
  readonly epochs: number;
  /** Wall time of training and evaluation. */
  readonly seconds: number;
  /** Real tokens per second of training, without evaluations. */
  readonly tokensPerSecond: number;
}
