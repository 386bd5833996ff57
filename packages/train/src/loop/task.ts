import type { HostTensor, HostTensors } from '@attune/engine';
import type { Sequence } from '@attune/models';

/** Examples ready for training: token ids, and whatever their task learns of them. */
export interface Examples {
  readonly sequences: readonly Sequence[];
}

export interface BatchOptions {
  /** Most examples a batch: a smaller one is filled up to the same number of reads, where that gives the same shape. */
  readonly batchSize: number;
  readonly rowLength: number;
  readonly padTokenId: number;
  /** Where in the step's whole batch this one begins, in examples: dropout's bits depend on it. 0 unless given. */
  readonly firstExample?: number;
  /** Of what is random in a batch, such as masks: the run's seed, and how often the data was seen before. */
  readonly random: { readonly seed: number; readonly epoch: number };
}

/** One batch as the model's program takes it. */
export interface TaskBatch {
  /** A packed batch with `labels` and `weights`. */
  readonly tensors: HostTensors;
  /** Indices into the data set. */
  readonly examples: Int32Array;
  /** Real tokens. */
  readonly tokens: number;
  /** What the loss was divided by, the sum of its weights: the batch's share of a step of several batches. */
  readonly weight: number;
  /** What training accuracy is a share of, such as labelled tokens; the batch's examples unless given. */
  readonly answers?: number;
}

/** Loss and metrics, gathered batch by batch. */
export interface TaskMetrics {
  add(batch: TaskBatch, outputs: { readonly loss: number; readonly logits: HostTensor }): void;
  /** `loss`, and the task's metrics by name: numbers only, so that any of them can choose the best model. */
  result(): { readonly loss: number; readonly [metric: string]: number };
}

/** What training needs to know of a task: how examples become batches, and what is measured. */
export interface TrainingTask<Data extends Examples = Examples> {
  batch(data: Data, examples: Int32Array, options: BatchOptions): TaskBatch;
  metrics(data: Data): TaskMetrics;
  /** How many of a batch's answers the logits get right; left out, or undefined, where that means nothing. */
  correct?(data: Data, batch: TaskBatch, logits: HostTensor): number | undefined;
}
