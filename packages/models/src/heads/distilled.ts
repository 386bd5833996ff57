import { meanSquaredError, sigmoidDistillation, softmaxDistillation, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, ModelTask } from '../checkpoint/model-config';
import type { Head } from './head';

/** Options of a head that learns from a teacher. */
interface DistilledOptions {
  /** Task of the head: classification of texts or of tokens. */
  readonly task: ModelTask;
  /** Temperature, the divisor of the logits, above 0. */
  readonly temperature: number;
}

/**
 * A classifier's head whose loss includes a teacher's outputs:
 * labelShare · (its own loss) + teacherShare · T² · KL(teacher ‖ student), both at temperature T; for regression, the squared error instead of KL.
 *
 * The batch holds `teacher` [reads, outputs] (probabilities at T, or numbers), `teacherWeights` [reads], and the scalars `labelShare` and
 * `teacherShare`. `weights` then apply to labels only, with 0 for reads without a label. Without `teacher`, as in evaluation, the loss is the head's own.
 *
 * @throws RangeError while the program is recorded, if the temperature is not above 0
 */
export function distilled(head: Head, { task, temperature }: DistilledOptions): Head {
  return {
    ...head,
    loss(logits, batch, config, options) {
      const own = head.loss(logits, batch, config, options);
      if (!batch.teacher) return own;
      const taught = teacherLoss(logits, batch, { config, task, temperature });
      return tf.add(tf.mul(own, batch.labelShare), tf.mul(taught, batch.teacherShare));
    },
  };
}

function teacherLoss(
  logits: tf.Tensor,
  { teacher, teacherWeights }: Tensors,
  { config, task, temperature }: DistilledOptions & { readonly config: ModelConfig },
): tf.Tensor {
  const kind = task === 'token-classification' ? 'single_label_classification' : config.problemType;
  if (kind === 'regression') return meanSquaredError(logits, teacher, teacherWeights);
  const loss = kind === 'multi_label_classification' ? sigmoidDistillation : softmaxDistillation;
  return loss(logits, teacher, teacherWeights, { temperature });
}
