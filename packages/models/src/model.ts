import type { LossOptions, Specs } from '@attune/engine';
import type { ModelConfig, ModelTask } from './checkpoint/model-config';
import { classFor, families } from './families';
import { distilled } from './heads/distilled';
import { type Head, headInputs } from './heads/head';
import { headOf } from './heads/tasks';
import { type Computation, computationOf, headPositions } from './pass';
import type { ParameterSpecs } from './specs';

/** A model: its configuration, its program and the shapes of its parameters. */
export interface Model extends Computation {
  /** The configuration. */
  readonly config: ModelConfig;
  /** Task of its head; `custom` for a head from `modelWithHead`. */
  readonly task: ModelTask | 'custom';
  /** Shapes of its parameters, by the checkpoint's names. */
  readonly specs: ParameterSpecs;
  /** Alternative names of a checkpoint's tensors: name in the file → name in the model. */
  readonly tied: Readonly<Record<string, string>>;
  /**
   * Outputs for a packed batch: `logits`; also `loss` if the batch has `labels` and `weights`. Dropout is on if the batch has `seed`.
   */
  readonly program: Computation['program'];
}

/**
 * An encoder with a sequence-classification head: single label, multi-label or regression by `config.problemType`.
 *
 * The batch is a `PackedBatch`, and for training `labels`, `weights` [reads] float32 and `seed` [2] int32 (seed, step).
 */
export const sequenceClassifier = (config: ModelConfig): Model => modelForTask(config, 'sequence-classification');

/** An encoder that labels each token that the batch reads: see `selectTokens`, and `selectLabeled` for training. */
export const tokenClassifier = (config: ModelConfig): Model => modelForTask(config, 'token-classification');

/** An encoder that predicts the token at each position that the batch reads: see `selectTokens` and `selectLabeled`. */
export const maskedLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'masked-lm');

/** A decoder that predicts the token after each position that the batch reads: see `nextTokens`, and `selectLabeled` for training. */
export const causalLanguageModel = (config: ModelConfig): Model => modelForTask(config, 'causal-lm');

/**
 * An encoder or decoder with the head of a task.
 *
 * @throws AttuneError MODEL_TASK if the family has no such head
 * @param options options of the loss, in training and evaluation; recording the program throws a RangeError for a value out of range
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
   * Temperature, above 0, of distillation: a batch with `teacher`, `teacherWeights`,
   * `teacherShare` and `labelShare` adds the teacher's probabilities to the loss. Default none: only labels.
   */
  readonly distillTemperature?: number;
}

/** The head of a task. @throws AttuneError MODEL_TASK if the family has no such head */
export function headFor({ modelType }: ModelConfig, task: ModelTask): Head {
  classFor(modelType, task);
  return headOf(families[modelType].heads, task)!; // a family has a class for each of its heads
}

/**
 * An encoder with a custom head, which trains, saves and loads like the others.
 *
 * @param options passed to the head's loss
 * @throws RangeError for a parameter name that the encoder also has; TypeError for a parameter that is not float32
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
      throw new RangeError(`modelWithHead: "${name}" is also a parameter of the encoder; rename the head's`);
    if (dtype !== 'float32')
      throw new TypeError(`modelWithHead: "${name}" expected float32, got ${dtype}; checkpoints store only float32`);
  }
}
