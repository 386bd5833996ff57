import type { HostTensor, HostTensors } from '@attune/engine';
import type { Sequence } from '@attune/models';

/** Examples ready for training: token ids, and the targets of their task. */
export interface Examples {
  /** Token ids of each example. */
  readonly sequences: readonly Sequence[];
}

/** Options of a batch of examples. */
export interface BatchOptions {
  /** Most examples per batch; a smaller one is padded to the same number of reads where that gives the same shape. */
  readonly batchSize: number;
  /** Tokens per row. */
  readonly rowLength: number;
  /** Token id that fills rows up. */
  readonly padTokenId: number;
  /** Index of the batch's first example in the step, which decides dropout's bits; default 0. */
  readonly firstExample?: number;
  /** Seed and epoch of random parts of a batch, such as masks. */
  readonly random: {
    /** Seed of the run. */
    readonly seed: number;
    /** Number of the epoch, from 1; 0 in evaluations. */
    readonly epoch: number;
  };
}

/** One batch, the inputs of the model's program. */
export interface TaskBatch {
  /** A packed batch with `labels` and `weights`. */
  readonly tensors: HostTensors;
  /** Indices into the data set. */
  readonly examples: Int32Array;
  /** Real tokens. */
  readonly tokens: number;
  /** The sum of weights by which the loss was divided: the batch's share of a step of several batches. */
  readonly weight: number;
  /** The denominator of training accuracy, such as labeled tokens; default the batch's examples. */
  readonly answers?: number;
}

/** Loss and metrics, gathered batch by batch. */
export interface TaskMetrics {
  /** Adds a batch with the outputs of the model's program. */
  add(
    batch: TaskBatch,
    outputs: {
      /** Mean loss of the batch. */
      readonly loss: number;
      /** Logits at the tokens that the head reads, [reads, outputs]. */
      readonly logits: HostTensor;
    },
  ): void;
  /** `loss`, and the task's metrics by name, each a number that can choose the best model. */
  result(): {
    /** Mean loss of all batches, by their weights. */
    readonly loss: number;
    readonly [metric: string]: number;
  };
}

/** A task for `train`: how examples become batches, and how they are measured. */
export interface TrainingTask<Data extends Examples = Examples> {
  /** The names of its metrics, `loss` among them: `metricForBestModel` is then checked before the first step, not after it. */
  readonly metricNames?: readonly string[];
  /** Makes a batch of the examples with these indices. */
  batch(data: Data, examples: Int32Array, options: BatchOptions): TaskBatch;
  /** Opens a new count of loss and metrics. */
  metrics(data: Data): TaskMetrics;
  /** The number of right answers in a batch; absent or undefined for tasks without one. */
  correct?(data: Data, batch: TaskBatch, logits: HostTensor): number | undefined;
}
