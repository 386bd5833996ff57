import type { ProgramFunction, Specs } from '@attune/engine';
import { bert } from './bert/forward';
import type { ModelConfig } from './checkpoint/config';
import { distilbert } from './distilbert/forward';
import type { Encoder } from './encoder/states';
import { sequenceHeadSpecs, sequenceLogits, sequenceLoss } from './heads/sequence-classification';

/** Encoders by `model_type`. */
export const encoders: Readonly<Record<ModelConfig['modelType'], Encoder>> = { bert, distilbert };

/** A model is what it computes and the parameters it computes it from. */
export interface Model {
  readonly config: ModelConfig;
  /** Shapes of its parameters, by the checkpoint's names. */
  readonly specs: Specs;
  /**
   * From a packed batch: `logits`; with `labels` and `weights` in the batch also `loss`; with `seed` dropout is on.
   */
  readonly program: ProgramFunction;
}

/**
 * An encoder with a sequence-classification head: single label, multi-label or regression by `config.problemType`.
 *
 * The batch is a `PackedBatch`, and for training `labels`, `weights` [reads] float32 and `seed` [2] int32 (seed, step).
 */
export function sequenceClassifier(config: ModelConfig): Model {
  const encoder = encoders[config.modelType];
  const program: ProgramFunction = (batch, parameters) => {
    const { seed, sequenceIds, positionIds } = batch;
    const source = seed && { seed, sequenceIds, positionIds };
    const states = encoder.forward(batch, parameters, { config, source });
    const logits = sequenceLogits(states[config.layers], { batch, parameters, config, source });
    return { logits, ...(batch.labels && { loss: sequenceLoss(logits, batch, config) }) };
  };
  return { config, specs: { ...encoder.specs(config), ...sequenceHeadSpecs(config) }, program };
}
