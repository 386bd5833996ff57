import type { HostTensor, HostTensors } from '@attune/engine';
import { longestFirst, rowLengthFor } from './batches';
import { eventLoopTurn } from './event-loop-turn';
import type { Examples, TrainingTask } from './task';

/** Runs a model's program on a batch with its present parameters. */
export type Forward = (batch: HostTensors) => Promise<Readonly<Record<string, HostTensor>>>;

/** Called after every batch of an evaluation with the number of examples evaluated so far, and of all examples. */
export type EvaluationListener = (examples: number, totalExamples: number) => void;

/** Options of `evaluate`. */
export interface EvaluateOptions<Data extends Examples> {
  /** How examples become batches, and how they are measured. */
  readonly task: TrainingTask<Data>;
  /** Examples per batch. */
  readonly batchSize: number;
  /** Token id that fills rows up, of the model's configuration. */
  readonly padTokenId: number;
  /** Seed of random parts of a batch, such as masks. */
  readonly seed: number;
  /** Called after every batch; default none. */
  readonly onProgress?: EvaluationListener;
}

/**
 * Loss and metrics on a data set, without dropout; longest first, so that each batch packs tightly.
 *
 * @example
 * const program = engine.compile(model.program);
 * const { loss } = await evaluate((batch) => program.run(batch, parameters), data, { task, batchSize: 32, padTokenId: 0, seed: 1 });
 */
export async function evaluate<Data extends Examples>(
  forward: Forward,
  data: Data,
  { task, batchSize, padTokenId, seed, onProgress }: EvaluateOptions<Data>,
): Promise<{
  /** Mean loss over the data. */
  readonly loss: number;
  readonly [metric: string]: number;
}> {
  const metrics = task.metrics(data);
  const order = longestFirst(data.sequences);
  const shape = { batchSize, padTokenId, rowLength: rowLengthFor(data.sequences), random: { seed, epoch: 0 } };
  for (let start = 0; start < order.length; start += batchSize) {
    await eventLoopTurn();
    const batch = task.batch(data, order.slice(start, start + batchSize), shape);
    const { loss, logits } = await forward(batch.tensors as HostTensors);
    metrics.add(batch, { loss: loss.data[0], logits });
    onProgress?.(Math.min(start + batchSize, order.length), order.length);
  }
  return metrics.result();
}
