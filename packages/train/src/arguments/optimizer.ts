import { didYouMean, suggest } from '@attune/data';
import type { OptimizerConfig } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { layerOf, type Model } from '@attune/models';

// The engine's optimizer as the arguments describe it: algorithm, frozen parameters, learning rates by layer, weight
// decay.

/** The values of `optim`. */
export const optimizers = ['adamw', 'adam', 'sgd'] as const;

/** Names that transformers has for `adamw`; `trainingArguments` replaces them. */
export const adamwNames = ['adamw_torch', 'adamw_torch_fused', 'adamw_hf'] as const;

type AdamwName = (typeof adamwNames)[number];

/** How parameters are updated; names and meanings as Hugging Face's `TrainingArguments` and PyTorch's optimizers. */
export interface OptimizerArguments extends FreezeArguments {
  /** The optimizer: `adamw` (the default; also under transformers' names, such as `adamw_torch`), `adam` or `sgd`. */
  readonly optim: (typeof optimizers)[number] | AdamwName;
  /** Decay of Adam's mean of gradients per step, in [0, 1); default 0.9. */
  readonly adamBeta1: number;
  /** Decay of Adam's mean of squared gradients per step, in [0, 1); default 0.999. */
  readonly adamBeta2: number;
  /** Added to the denominator of Adam's step, at least 0; default 1e-8. */
  readonly adamEpsilon: number;
  /** Momentum of `sgd`, in [0, 1); default 0. */
  readonly sgdMomentum?: number;
  /** Nesterov's momentum; default false. */
  readonly sgdNesterov?: boolean;
  /** Not applied to biases and norms. Decoupled from the gradient for adamw, added to it for the others. Default 0. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; 0 turns clipping off. Default 1. */
  readonly maxGradNorm: number;
  /** Ratio of a layer's learning rate to the next layer's, in (0, 1]; default 1. */
  readonly layerwiseLrDecay?: number;
}

/**
 * The engine's optimizer for a model, as the arguments describe it. For a model with adapters it trains the parameters that `withLora` names.
 *
 * @throws AttuneError ARGUMENT_INVALID for an argument out of range, FREEZE_INVALID as `frozenParameters` does
 * @example
 * const config = optimizerConfig(trainingArguments({ optim: 'sgd', sgdMomentum: 0.9 }), model);
 * const training = await engine.openTraining(program, parameters, config);
 */
export function optimizerConfig(args: OptimizerArguments, model: Trainable): OptimizerConfig {
  checkArguments(args);
  const { weightDecay, maxGradNorm, layerwiseLrDecay = 1 } = args;
  const frozen = frozenParameters(args, model);
  const isTrainable = model.isTrainable ?? (() => true);
  const rates = layerwiseLrDecay === 1 ? undefined : learningRateScales(layerwiseLrDecay, model);
  return {
    ...algorithm(args),
    weightDecay,
    hasWeightDecay,
    ...((frozen.size > 0 || model.isTrainable) && { isTrainable: (name) => isTrainable(name) && !frozen.has(name) }),
    ...(rates && { learningRateScale: (name) => rates.get(name) ?? 1 }),
    maxGradNorm: maxGradNorm > 0 ? maxGradNorm : undefined,
  };
}

/** The optimizer of a value of `optim`. */
export function optimizerOf(optim: OptimizerArguments['optim']): (typeof optimizers)[number] {
  const isAdamw = (name: typeof optim): name is AdamwName => (adamwNames as readonly string[]).includes(name);
  return isAdamw(optim) ? 'adamw' : optim;
}

function algorithm({ optim: given, adamBeta1, adamBeta2, adamEpsilon, sgdMomentum, sgdNesterov }: OptimizerArguments) {
  const optim = optimizerOf(given);
  if (optim === 'sgd') return { name: optim, momentum: sgdMomentum, nesterov: sgdNesterov } as const;
  return { name: optim, beta1: adamBeta1, beta2: adamBeta2, epsilon: adamEpsilon } as const;
}

function checkArguments({ optim, sgdMomentum = 0, sgdNesterov, layerwiseLrDecay = 1 }: OptimizerArguments): void {
  if (!optimizers.includes(optimizerOf(optim)))
    throw invalid('optim', optimizers.join(', '), `${optim}${didYouMean(`${optim}`, optimizers)}`);
  if (!(sgdMomentum >= 0 && sgdMomentum < 1)) throw invalid('sgdMomentum', 'a number in [0, 1)', sgdMomentum);
  if (optim === 'sgd' && sgdNesterov && sgdMomentum === 0)
    throw invalid('sgdNesterov', 'an sgdMomentum above 0', '0; set sgdMomentum');
  if (!(layerwiseLrDecay > 0 && layerwiseLrDecay <= 1))
    throw invalid('layerwiseLrDecay', 'a number in (0, 1]', layerwiseLrDecay);
}

function invalid(name: string, expected: string, got: string | number): AttuneError {
  return new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${got}`);
}

/** The parameters that stay frozen; both may be given. */
export interface FreezeArguments {
  /** Names of parameters that keep their values, where `*` matches anything: `bert.embeddings.*`; default none. */
  readonly freeze?: readonly string[];
  /** Freezes the embeddings and this number of the first layers; 0 is the embeddings alone. Default none. */
  readonly freezeLayers?: number;
}

/** The part of a model that decides which parameters are trained. */
interface Trainable extends Pick<Model, 'config' | 'specs'> {
  /** Of a model with adapters: whether a parameter is trained at all. */
  readonly isTrainable?: (parameter: string) => boolean;
}

/**
 * The parameters that keep their values.
 *
 * No gradient of a frozen parameter is computed, and backpropagation stops at the lowest trained one.
 *
 * @throws AttuneError FREEZE_INVALID for a pattern that matches nothing, more layers than there are, or where nothing is
 * left to train
 * @example
 * frozenParameters({ freeze: ['*.LayerNorm.*'], freezeLayers: 2 }, model);
 */
export function frozenParameters({ freeze = [], freezeLayers }: FreezeArguments, model: Trainable): Set<string> {
  const names = Object.keys(model.specs);
  const frozen = new Set(freeze.flatMap((pattern) => matching(pattern, names)));
  if (freezeLayers !== undefined) for (const name of firstLayers(freezeLayers, model)) frozen.add(name);
  if (names.every((name) => frozen.has(name) || model.isTrainable?.(name) === false))
    throw invalidFreeze('freeze', 'a parameter left to train', 'all parameters frozen; freeze fewer');
  return frozen;
}

function firstLayers(count: number, { config, specs }: Trainable): string[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= config.layers))
    throw invalidFreeze('freezeLayers', `an integer in [0, ${config.layers}], the model's layers`, `${count}`);
  return Object.keys(specs).filter((name) => layerOf(config, name) <= count);
}

function matching(pattern: string, names: readonly string[]): readonly string[] {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`);
  const found = names.filter((name) => whole.test(name));
  if (found.length > 0) return found;
  const near = suggest(pattern, [...names, ...modulePatterns(names)]);
  const advice = near === undefined ? `; the model has ${names[0]} … ${names.at(-1)}` : `; did you mean "${near}"?`;
  throw invalidFreeze('freeze', "a pattern that matches a parameter's name", `"${pattern}"${advice}`);
}

/** `a.*` and `a.b.*` of a parameter `a.b.weight`. */
function modulePatterns(names: readonly string[]): Set<string> {
  const patterns = names.flatMap((name) => {
    const parts = name.split('.');
    return parts.slice(1).map((_, i) => `${parts.slice(0, i + 1).join('.')}.*`);
  });
  return new Set(patterns);
}

function invalidFreeze(where: string, expected: string, got: string): AttuneError {
  return new AttuneError('FREEZE_INVALID', `${where}: expected ${expected}, got ${got}`);
}

/**
 * The factor of each parameter's learning rate: decay^(layers − layer), layers counted from 1.
 *
 * The last layer and the head learn at the full rate, each layer below at a share of the next one's, the embeddings
 * (layer 0) slowest.
 *
 * @see Sun et al.: How to Fine-Tune BERT for Text Classification? (2019), section 3.4.2; ULMFiT's discriminative fine-tuning
 */
function learningRateScales(decay: number, { config, specs }: Pick<Model, 'config' | 'specs'>): Map<string, number> {
  const scaleOf = (name: string) => decay ** Math.max(0, config.layers - layerOf(config, name));
  return new Map(Object.keys(specs).map((name) => [name, scaleOf(name)]));
}

/** Whether weight decay applies to a parameter: not to biases, such as an MPNet's `relative_attention_bias`, and norms, as Hugging Face's Trainer has it. */
export function hasWeightDecay(parameter: string): boolean {
  return !parameter.includes('bias') && !/norm\.weight$/i.test(parameter);
}
