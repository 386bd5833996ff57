import { float32, type HostTensor, int32 } from '@attune/engine';
import type { Examples, TaskBatch, TrainingTask } from '../loop/task';

// Targets from a teacher in addition to labels, for any task.

/** The teachers' targets of the training examples. */
export interface Taught {
  /** Probabilities at the temperature, or numbers, [rows, outputs]; NaN in rows that no teacher reads. */
  readonly targets: Float32Array;
  /** Outputs of the head. */
  readonly outputs: number;
  /** First row of each example, followed by the number of rows. */
  readonly starts: Int32Array;
  /** Weight of the teacher in the loss of labeled examples, above 0 and at most 1. */
  readonly alpha: number;
  /** Number of examples with labels; the examples after them learn from the teacher alone. */
  readonly labeled: number;
}

/**
 * A task whose training batches also learn from a teacher. With α the teacher's weight, a labeled read of weight w counts w·(1 − α) with its
 * label and w·α with the teacher. A read without a label counts with the teacher alone, and one that no teacher reads with its label alone.
 *
 * Batches of other data, such as evaluations, do not change.
 */
export function taughtTask<Data extends Examples>(
  task: TrainingTask<Data>,
  train: Data,
  taught: Taught,
): TrainingTask<Data> {
  const { starts } = taught;
  const readsOf = (examples: Int32Array) => examples.reduce((sum, i) => sum + starts[i + 1] - starts[i], 0);
  return {
    ...task,
    ...(task.correct && {
      correct(data: Data, batch: TaskBatch, logits: HostTensor) {
        const reads = data === train ? readsOf(batch.examples) : batch.weight;
        return task.correct?.(data, { ...batch, weight: reads }, logits);
      },
    }),
    batch(data, examples, options) {
      const batch = task.batch(data, examples, options);
      return data === train ? taughtBatch(batch, taught) : batch;
    },
  };
}

/** A batch with `teacher`, `teacherWeights`, and the shares of labels and teacher in its loss. */
export function taughtBatch(batch: TaskBatch, { targets, outputs, starts, alpha, labeled }: Taught): TaskBatch {
  const { labels, weights } = batch.tensors;
  const count = weights.data.length;
  const teacher = new Float32Array(count * outputs);
  const [ofLabels, ofTeacher] = [new Float32Array(count), new Float32Array(count)];
  let read = 0;
  let answers = 0;
  for (const example of batch.examples)
    for (let row = starts[example]; row < starts[example + 1]; row++, read++) {
      const own = targets.subarray(row * outputs, (row + 1) * outputs);
      const isTaught = !Number.isNaN(own[0]);
      const isLabeled = example < labeled;
      const weight = isLabeled ? weights.data[read] : 1;
      const share = isTaught ? (isLabeled ? alpha : 1) : 0;
      if (isTaught) teacher.set(own, read * outputs);
      if (isLabeled) ofLabels[read] = weight * (1 - share);
      ofTeacher[read] = weight * share;
      if (isLabeled) answers += 1;
    }
  const [labelWeight, teacherWeight] = [sum(ofLabels), sum(ofTeacher)];
  const weight = labelWeight + teacherWeight;
  const shareOf = (part: number) => float32([weight > 0 ? part / weight : 0], []);
  return {
    ...batch,
    tensors: {
      ...batch.tensors,
      ...(labelWeight === 0 && { labels: withFirstLabel(labels) }),
      weights: meanable(ofLabels),
      teacher: float32(teacher, [count, outputs]),
      teacherWeights: meanable(ofTeacher),
      labelShare: shareOf(labelWeight),
      teacherShare: shareOf(teacherWeight),
    },
    weight,
    answers,
  };
}

/** Weights with a defined mean: where all are 0 the first becomes 1, and the mean has a share of 0 in the loss. */
function meanable(weights: Float32Array): HostTensor {
  if (weights.every((weight) => weight === 0)) weights[0] = 1;
  return float32(weights);
}

/** Labels whose first is a class id: with only ids below 0 the mean loss would be undefined. */
function withFirstLabel(labels: HostTensor): HostTensor {
  if (labels.dtype !== 'int32') return labels;
  const data = Int32Array.from(labels.data);
  data[0] = Math.max(0, data[0]);
  return int32(data, labels.shape);
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

/**
 * The mean output of the teachers that read each row: [rows, outputs]. A row that no teacher reads is NaN.
 *
 * @param said probabilities or numbers of each teacher, [rows, outputs]
 */
export function averaged(said: readonly Float32Array[], outputs: number): Float32Array {
  if (said.length === 1) return said[0];
  const mean = new Float32Array(said[0].length).fill(Number.NaN);
  for (let row = 0; row < mean.length; row += outputs) {
    const reading = said.filter((own) => !Number.isNaN(own[row]));
    if (reading.length === 0) continue;
    for (let i = row; i < row + outputs; i++)
      mean[i] = reading.reduce((total, own) => total + own[i], 0) / reading.length;
  }
  return mean;
}
