import type { HostTensors } from '@attune/engine';
import type { Forward } from '../tasks/sequence/task';
import { longestFirst, rowLengthFor } from './batches';
import { eventLoopTurn } from './event-loop-turn';
import type { Examples, Task } from './task';

export interface EvaluateOptions<Data extends Examples> {
  readonly task: Task<Data>;
  readonly batchSize: number;
  readonly padTokenId: number;
  readonly seed: number;
}

/** Loss and metrics on a data set, dropout off: longest first, so that each batch packs tightly. */
export async function evaluate<Data extends Examples>(
  forward: Forward,
  data: Data,
  { task, batchSize, padTokenId, seed }: EvaluateOptions<Data>,
): Promise<{ readonly loss: number; readonly [metric: string]: number }> {
  const figures = task.figures(data);
  const order = longestFirst(data.sequences);
  const shape = { batchSize, padTokenId, rowLength: rowLengthFor(data.sequences), random: { seed, epoch: 0 } };
  for (let start = 0; start < order.length; start += batchSize) {
    await eventLoopTurn();
    const batch = task.batch(data, order.slice(start, start + batchSize), shape);
    const { loss, logits } = await forward(batch.tensors as HostTensors);
    figures.add(batch, { loss: loss.data[0], logits });
  }
  return figures.result();
}
