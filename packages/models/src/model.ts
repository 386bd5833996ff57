import type { LossOptions, Specs } from '@attune/engine';
import type { ModelConfig, ModelTask } from './checkpoint/model-config';
import { classFor, families } from './families';
import { distilled } from './heads/distilled';
import { type Head, headInputs } from './heads/head';
import { headOf } from './heads/tasks';
import { type Computation, computationOf, headPositions } from './pass';
import type { ParameterSpecs } from './specs';

/** A model: what it computes, and the parameters that it computes it from. */
export interface Model extends Computation {
  /** Its `config.json` under one set of names. */
  readonly config: ModelConfig;
  /** What its head is for; `custom` is a head of the caller's. */
  readonly task: ModelTask | 'custom';
  /** Shapes of its parameters, by the checkpoint's names. */
  readonly specs: ParameterSpecs;
  /** Names a checkpoint may have for a tensor that is here under another: name in the file → name here. */
  readonly tied: Readonly<Record<string, string>>;
  /**
   * From a packed batch: `logits`; with `labels` and `weights` in the batch also `loss`; with `seed` dropout is on.
   */
  readonly program: Computation['program'];
}

/**
 * An encoder with a sequence-classification head: single label, multi-label or regression by `config.problemType`.
 *
 * The batch is a `PackedBatch`, and for training `labels`, `weights` [reads] float32 and `seed` [2] int32 (seed, step).
 */
export const sequenceClassifier = (config: ModelConfig): Model => modelForTask(config, 'sequence-classification');

/** An encoder that labels each token the batch reads: see `selectTokens`, and `selectLabeled` for training. */
export const tokenClassifier = (config: ModelConfig): Model => modelForTask(config, 'token-classification');

/** An encoder that predicts the vocabulary's token at each place the batch reads: see `selectTokens` and `selectLabeled`. */
export const maskedLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'masked-lm');

/** A decoder that predicts the token after each one the batch reads: see `nextTokens`, and `selectLabeled` for training. */
export const causalLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'causal-lm');

/**
 * An encoder, or a decoder, with the head of a task.
 *
 * @throws AttuneError MODEL_TASK for a family that has no such head
 * @param options of its loss, at training as at evaluation; recording the program throws a RangeError for one out of range
 * @example
 * const model = modelForTask(config, 'token-classification', { labelSmoothing: 0.1 });
 */
export function modelForTask(
  config: ModelConfig,
  task: ModelTask,
  { distillTemperature, ...options }: TaskLossOptions = {},
): Model {
  const head = headFor(config, task);
  const own = distillTemperature === undefined ? head : distilled(head, { task, temperature: distillTemperature });
  return { ...modelWithHead(config, own, options), task };
}

/** Options of the loss of a task's head. */
export interface TaskLossOptions extends LossOptions {
  /**
   * Divisor of the logits, above 0, at which a classifier learns a teacher's probabilities: a batch with `teacher`, `teacherWeights`,
   * `teacherShare` and `labelShare` then has them in its loss. Default none: labels alone.
   */
  readonly distillTemperature?: number;
}

/** The head of a task. @throws AttuneError MODEL_TASK for a family that has no such head */
export function headFor({ modelType }: ModelConfig, task: ModelTask): Head {
  classFor(modelType, task);
  return headOf(families[modelType].heads, task)!; // a family has a class for each of its heads
}

/**
 * An encoder with a head of your own, which trains, saves and loads as the others do.
 *
 * @param options handed to the head's loss
 * @throws RangeError for a parameter of the head that the encoder has too; TypeError for one that is not float32
 * @example
 * const head: Head = {
 *   specs: ({ hiddenSize }) => ({ 'score.weight': { shape: [1, hiddenSize], dtype: 'float32' } }),
 *   logits: (headStates, { parameters }) => tf.matMul(headStates, parameters['score.weight'], false, true),
 *   loss: (logits, { labels, weights }) => meanSquaredError(logits, labels, weights),
 * };
 * const model = modelWithHead(config, head);
 */
export function modelWithHead(config: ModelConfig, head: Head, options: LossOptions = {}): Model {
  const encoder = families[config.modelType];
  const [ofEncoder, ofHead] = [encoder.specs(config), head.specs(config)];
  checkHeadSpecs(ofHead, ofEncoder);
  const forward: Computation['forward'] = (pass) => {
    const { batch } = pass;
    const { states, headStates } = encoder.forward(pass);
    const logits = head.logits(headStates, headInputs(pass.at(headPositions(batch)), states));
    return { logits, ...(batch.labels && { loss: head.loss(logits, batch, config, options) }) };
  };
  const computation = computationOf(config, forward, head.reads);
  const specs = { ...ofEncoder, ...ofHead };
  return { config, task: 'custom', specs, tied: head.tied?.(config) ?? {}, ...computation };
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
