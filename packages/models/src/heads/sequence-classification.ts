import {
  type DropoutSource,
  dropout,
  embedding,
  meanSquaredError,
  type Specs,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  type Tensors,
} from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { dropoutOp } from '../encoder/layer';
import { applyLinear, linearSpecs } from '../encoder/modules';

/** The module between the first token's state and the classifier, and what follows it. */
const poolers = {
  bert: { name: 'bert.pooler.dense', activation: tf.tanh },
  distilbert: { name: 'pre_classifier', activation: tf.relu },
} as const;

/** Shapes of the head's parameters. */
export function sequenceHeadSpecs({ modelType, hiddenSize, labels }: ModelConfig): Specs {
  return {
    ...linearSpecs(poolers[modelType].name, hiddenSize, hiddenSize),
    ...linearSpecs('classifier', hiddenSize, labels.length),
  };
}

/**
 * Logits of each sequence from the last state of its first token: classifier(drop(activation(pooler(state)))).
 *
 * @param state [tokens, hidden]
 * @returns [reads, labels]
 */
export function sequenceLogits(
  state: tf.Tensor,
  {
    batch,
    parameters,
    config,
    source,
  }: { batch: Tensors; parameters: Tensors; config: ModelConfig; source?: DropoutSource },
): tf.Tensor {
  const { name, activation } = poolers[config.modelType];
  const first = embedding(state, batch.reads); // [reads, hidden]
  const pooled = activation(applyLinear(first, parameters, name));
  const readSource = source && {
    seed: source.seed,
    sequenceIds: batch.readSequenceIds,
    positionIds: batch.readPositionIds,
  };
  const kept = dropout(pooled, readSource, { rate: config.classifierDropout, op: dropoutOp(config.layers) });
  return applyLinear(kept, parameters, 'classifier');
}

/** The losses transformers chooses between by `problem_type`, each with weights [reads]. */
const losses = {
  single_label_classification: softmaxCrossEntropy,
  multi_label_classification: sigmoidCrossEntropy,
  regression: meanSquaredError,
};

/**
 * The loss of a problem type.
 *
 * @param labels [reads] int32 class ids for a single label, else [reads, labels] float32
 */
export function sequenceLoss(logits: tf.Tensor, { labels, weights }: Tensors, { problemType }: ModelConfig): tf.Tensor {
  return losses[problemType ?? 'single_label_classification'](logits, labels, weights);
}
