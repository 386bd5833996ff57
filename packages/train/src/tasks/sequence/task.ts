import { float32, type HostTensors } from '@attune/engine';
import { type Model, type ModelConfig, packSequences, type Sequence } from '@attune/models';
import { longestFirst, packedBatches, rowLengthFor } from '../../loop/batches';
import type { EvaluationListener, Forward } from '../../loop/evaluate';
import { eventLoopTurn } from '../../loop/event-loop-turn';
import type { TrainingTask } from '../../loop/task';
import { rowsOf } from '../logits';
import type { Dataset } from './examples';
import type { Target } from './problem';
import { problemOf } from './problems';

/** Options of `sequenceTask`. */
export interface SequenceTaskOptions {
  /** Weight of an example of each class in the loss, for one label per text; default 1. */
  readonly classWeights?: Float32Array;
}

/**
 * Sequence classification: one label per text, several, or a number, by the model's `problemType`.
 *
 * @example
 * await train({ task: sequenceTask(model.config), data: { train: { sequences: [{ ids: [2, 9, 3] }], targets: [1] } }, … });
 */
export function sequenceTask(config: ModelConfig, { classWeights }: SequenceTaskOptions = {}): TrainingTask<Dataset> {
  const width = config.labels.length;
  const problem = problemOf(config);
  return {
    metricNames: ['loss', ...problem.metricNames],
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
    metrics({ sequences, targets }) {
      const all = new Float32Array(sequences.length * width);
      const total = { loss: 0, weight: 0 };
      return {
        add({ examples, weight }, { loss, logits }) {
          total.loss += loss * weight;
          total.weight += weight;
          const values = logits.data as Float32Array;
          examples.forEach((example, i) => all.set(values.subarray(i * width, (i + 1) * width), example * width));
        },
        result: () => ({ loss: total.loss / total.weight, ...problem.evaluationMetrics(all, targets, width) }),
      };
    },
    correct({ targets }, { examples }, logits) {
      const { isRight } = problem;
      if (!isRight) return undefined;
      const rows = rowsOf((logits.data as Float32Array).subarray(0, examples.length * width), width);
      return rows.filter((row, i) => isRight(row, targets[examples[i]])).length;
    },
  };
}

/** A batch's inputs besides its tokens: `labels` and `weights`, 0 for rows past the last example. */
export function targetTensors(targets: readonly Target[], rows: number, config: ModelConfig): HostTensors {
  const weights = float32(Float32Array.from({ length: rows }, (_, i) => (i < targets.length ? 1 : 0)));
  return { labels: problemOf(config).labelTensor(targets, rows, config.labels.length), weights };
}

export interface ForwardOptions {
  readonly model: Model;
  readonly batchSize: number;
  /** Adds the mean loss. */
  readonly targets?: readonly Target[];
  readonly onProgress?: EvaluationListener;
}

/**
 * Logits of every sequence, [examples · labels] in the sequences' order, without dropout.
 *
 * Longest first, so that each batch packs tightly.
 */
export async function forwardAll(
  forward: Forward,
  sequences: readonly Sequence[],
  { model: { config }, batchSize, targets, onProgress }: ForwardOptions,
): Promise<{ logits: Float32Array; loss: number }> {
  const width = config.labels.length;
  const logits = new Float32Array(sequences.length * width);
  const shape = { batchSize, rowLength: rowLengthFor(sequences), padTokenId: config.padTokenId };
  let totalLoss = 0;
  let done = 0;
  for (const { tensors, examples } of packedBatches(sequences, longestFirst(sequences), shape)) {
    await eventLoopTurn();
    const own = targets && Array.from(examples, (i) => targets[i]);
    const outputs = await forward({ ...tensors, ...(own && targetTensors(own, batchSize, config)) });
    const values = outputs.logits.data as Float32Array;
    examples.forEach((example, i) => logits.set(values.subarray(i * width, (i + 1) * width), example * width));
    if (own) totalLoss += outputs.loss.data[0] * examples.length;
    done += examples.length;
    onProgress?.(done, sequences.length);
  }
  return { logits, loss: totalLoss / sequences.length };
}
