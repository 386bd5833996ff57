import type { HostTensor, HostTensors } from '@attune/engine';
import { type Model, type ModelConfig, packSequences, type Sequence } from '@attune/models';
import { longestFirst, packedBatches, rowLengthFor } from '../../loop/batches';
import { eventLoopTurn } from '../../loop/event-loop-turn';
import type { Task } from '../../loop/task';
import type { Dataset } from './examples';
import { argMaxRows, sequenceMetrics, type Target, targetTensors } from './targets';

export interface SequenceTaskOptions {
  /** What an example of each class counts in the loss, where it has a single label; 1 unless given. */
  readonly classWeights?: Float32Array;
}

/** Sequence classification: one label a text, several, or numbers, by the model's `problemType`. */
export function sequenceTask(config: ModelConfig, { classWeights }: SequenceTaskOptions = {}): Task<Dataset> {
  const width = config.labels.length;
  return {
    batch({ sequences, targets }, examples, { batchSize, rowLength, padTokenId, firstExample }) {
      const chosen = Array.from(examples, (i) => sequences[i]);
      const shape = { rowLength, padTokenId, minimumReads: batchSize, firstSequence: firstExample };
      const packed = packSequences(chosen, shape);
      const own = Array.from(examples, (i) => targets[i]);
      const { labels, weights } = targetTensors(own, packed.reads.data.length, config);
      if (classWeights)
        own.forEach((target, i) => {
          weights.data[i] = classWeights[target as number];
        });
      return {
        tensors: { ...packed, labels, weights },
        examples,
        tokens: chosen.reduce((total, { ids }) => total + ids.length, 0),
        weight: (weights.data as Float32Array).reduce((sum, weight) => sum + weight, 0),
      };
    },
    figures({ sequences, targets }) {
      const all = new Float32Array(sequences.length * width);
      const total = { loss: 0, weight: 0 };
      return {
        add({ examples, weight }, { loss, logits }) {
          total.loss += loss * weight;
          total.weight += weight;
          const values = logits.data as Float32Array;
          examples.forEach((example, i) => all.set(values.subarray(i * width, (i + 1) * width), example * width));
        },
        result: () => ({ loss: total.loss / total.weight, ...sequenceMetrics(all, targets, config) }),
      };
    },
    correct: ({ targets }, { examples }, logits) =>
      config.problemType === 'regression'
        ? undefined
        : countCorrect(logits, { targets: Array.from(examples, (i) => targets[i]), width }),
  };
}

/** Examples whose label, or whose every label, the logits [reads, labels] have. */
function countCorrect(logits: HostTensor, { targets, width }: { targets: readonly Target[]; width: number }): number {
  const values = logits.data as Float32Array;
  const best = argMaxRows(values.subarray(0, targets.length * width), width);
  const isRight = (target: Target, i: number) =>
    typeof target === 'number'
      ? best[i] === target
      : target.every((wanted, label) => Number(values[i * width + label] > 0) === wanted);
  return targets.filter(isRight).length;
}

/** Runs a model's program on a batch, with whatever parameters are at hand. */
export type Forward = (batch: HostTensors) => Promise<Readonly<Record<string, HostTensor>>>;

interface ForwardOptions {
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
