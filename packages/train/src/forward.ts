import type { HostTensor, HostTensors } from '@attune/engine';
import type { Model, Sequence } from '@attune/models';
import { packedBatches, rowLengthFor } from './batches';
import { eventLoopTurn } from './event-loop-turn';
import { longestFirst } from './padded-batches';
import { type Target, targetTensors } from './tasks/sequence';

/** Runs a model's program on a batch, with whatever parameters are at hand. */
export type Forward = (batch: HostTensors) => Promise<Readonly<Record<string, HostTensor>>>;

export interface ForwardOptions {
  readonly model: Model;
  readonly batchSize: number;
  /** Given, the mean loss is computed too. */
  readonly targets?: readonly Target[];
}

/**
 * Logits of every sequence, [examples · labels] in the sequences' order, dropout off.
 *
 * Longest first, so that each batch packs tightly.
 */
export async function forwardAll(
  forward: Forward,
  sequences: readonly Sequence[],
  { model: { config }, batchSize, targets }: ForwardOptions,
): Promise<{ logits: Float32Array; loss: number }> {
  const width = config.labels.length;
  const logits = new Float32Array(sequences.length * width);
  const shape = { batchSize, rowLength: rowLengthFor(sequences), padTokenId: config.padTokenId };
  let totalLoss = 0;
  for (const { tensors, examples } of packedBatches(sequences, longestFirst(sequences), shape)) {
    await eventLoopTurn();
    const own = targets && Array.from(examples, (i) => targets[i]);
    const outputs = await forward({ ...tensors, ...(own && targetTensors(own, batchSize, config)) });
    const values = outputs.logits.data as Float32Array;
    examples.forEach((example, i) => logits.set(values.subarray(i * width, (i + 1) * width), example * width));
    if (own) totalLoss += outputs.loss.data[0] * examples.length;
  }
  return { logits, loss: totalLoss / sequences.length };
}
