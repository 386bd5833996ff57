import {
  type DropoutSource,
  dropout,
  type LossOptions,
  type ProgramFunction,
  type Specs,
  type Tensors,
} from '@attune/engine';
import type { ModelConfig } from './checkpoint/config';
import { classFor } from './checkpoint/formats';
import { dropoutOp } from './encoder/layer';
import { readSource } from './encoder/read-layer';
import { families } from './families';
import type { Head, HeadInputs } from './heads/head';
import { heads, type ModelTask } from './heads/tasks';
import { forReads } from './lora/hook';

/** A model is what it computes and the parameters it computes it from. */
export interface Model {
  readonly config: ModelConfig;
  /** What its head is for; `own` is a head of the caller's. */
  readonly task: ModelTask | 'own';
  /** Shapes of its parameters, by the checkpoint's names. */
  readonly specs: Specs;
  /** Names a checkpoint may have for a tensor that is here under another: name in the file → name here. */
  readonly tied: Readonly<Record<string, string>>;
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
export const sequenceClassifier = (config: ModelConfig): Model => modelForTask(config, 'sequence-classification');

/** An encoder that labels each token the batch reads: see `readTokens`, and `readLabels` for training. */
export const tokenClassifier = (config: ModelConfig): Model => modelForTask(config, 'token-classification');

/** An encoder that predicts the vocabulary's token at each place the batch reads: see `readTokens` and `readLabels`. */
export const maskedLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'masked-lm');

/** A decoder that predicts the token after each one the batch reads: see `nextTokens`, and `readLabels` for training. */
export const causalLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'causal-lm');

/**
 * An encoder, or a Llama, with the head of a task.
 *
 * @throws AttuneError MODEL_TASK for a family that has no such head
 * @param options of its loss, at training as at evaluation; recording the program throws a RangeError for one out of range
 * @example
 * const model = modelForTask(config, 'token-classification', { labelSmoothing: 0.1 });
 */
export function modelForTask(config: ModelConfig, task: ModelTask, options: LossOptions = {}): Model {
  classFor(config.modelType, task);
  return { ...modelWithHead(config, heads[task], options), task };
}

/**
 * An encoder with a head of your own, which trains, saves and loads as the others do.
 *
 * @param options handed to the head's loss
 * @throws RangeError for a parameter of the head that the encoder has too; TypeError for one that is not float32
 * @example
 * const head: Head = {
 *   specs: ({ hiddenSize }) => ({ 'score.weight': { shape: [1, hiddenSize], dtype: 'float32' } }),
 *   logits: (read, { parameters }) => tf.matMul(read, parameters['score.weight'], false, true),
 *   loss: (logits, { labels, weights }) => meanSquaredError(logits, labels, weights),
 * };
 * const model = modelWithHead(config, head);
 */
export function modelWithHead(config: ModelConfig, head: Head, options: LossOptions = {}): Model {
  const encoder = families[config.modelType];
  const [ofEncoder, ofHead] = [encoder.specs(config), head.specs(config)];
  checkHeadSpecs(ofHead, ofEncoder);
  const program: ProgramFunction = (batch, parameters) => {
    const { seed, sequenceIds, positionIds } = batch;
    const source = seed && { seed, sequenceIds, positionIds };
    const { states, read } = encoder.forward(batch, parameters, { config, source });
    const own = { parameters: forReads(parameters), drop: headDropout(batch, config, source) };
    const logits = head.logits(read, { states, config, batch, ...own });
    return { logits, ...(batch.labels && { loss: head.loss(logits, batch, config, options) }) };
  };
  return { config, task: 'own', specs: { ...ofEncoder, ...ofHead }, tied: head.tied?.(config) ?? {}, program };
}

/** Dropout on what was read. */
function headDropout(batch: Tensors, { layers }: ModelConfig, source?: DropoutSource): HeadInputs['drop'] {
  const own = source && readSource(source, batch);
  return (x, rate, within = 0) => dropout(x, own, { rate, op: dropoutOp(layers, within) });
}

function checkHeadSpecs(ofHead: Specs, ofEncoder: Specs): void {
  for (const [name, { dtype }] of Object.entries(ofHead)) {
    if (name in ofEncoder)
      throw new RangeError(
        `modelWithHead: "${name}" is a parameter of the encoder already; give the head's another name`,
      );
    if (dtype !== 'float32')
      throw new TypeError(`modelWithHead: "${name}" expected float32, got ${dtype}; a checkpoint holds float32 only`);
  }
}
