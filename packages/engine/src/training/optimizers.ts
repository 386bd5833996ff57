import { checkOptions, type TableOf } from '@attune/internal';
import { addressOf, type Range, type TrainableArrays, wholeOf } from './memory';

/** Options of every optimizer. Learning rates are passed with each update. */
export interface CommonConfig {
  /** Weight decay; default 0.01 for AdamW, otherwise 0. */
  readonly weightDecay?: number;
  /** Whether weight decay applies to a parameter; default all. */
  readonly hasWeightDecay?: (parameter: string) => boolean;
  /** Whether a parameter is trained; default all float32 parameters. */
  readonly isTrainable?: (parameter: string) => boolean;
  /** Factor of a parameter's learning rate; default 1. */
  readonly learningRateScale?: (parameter: string) => number;
  /** Maximum global norm of the gradients, for clipping; default none. */
  readonly maxGradNorm?: number;
}

/**
 * Options of an optimizer; names and defaults as PyTorch's.
 *
 * @example
 * const optimizer: OptimizerConfig = { name: 'adamw', weightDecay: 0.01, maxGradNorm: 1 };
 */
export type OptimizerConfig = CommonConfig & (AdamWConfig | AdamConfig | SgdConfig);

/** One update of one parameter. */
export interface Update {
  /** Step, counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Factor of the gradients, from clipping. */
  readonly scale: number;
}

/** Updates a parameter and its moments in place. */
export interface Optimizer {
  readonly defaultWeightDecay: number;
  /** @param range elements to update, default all */
  update(arrays: TrainableArrays, update: Update, range?: Range): void;
  /**
   * Factor by which an update multiplies elements without gradient and moments; `undefined` if it changes them
   * in another way.
   */
  idleFactor(update: Pick<Update, 'learningRate' | 'weightDecay'>): number | undefined;
}

const commonTable = {
  name: 'any!',
  weightDecay: 'notNegative',
  hasWeightDecay: 'function',
  isTrainable: 'function',
  learningRateScale: 'function',
  maxGradNorm: 'number',
} as const;
const adamTable = { ...commonTable, beta1: 'probability', beta2: 'probability', epsilon: 'notNegative' } as const;
const optimizerTables = {
  adamw: adamTable satisfies TableOf<CommonConfig & AdamWConfig>,
  adam: adamTable satisfies TableOf<CommonConfig & AdamConfig>,
  sgd: { ...commonTable, momentum: 'probability', nesterov: 'boolean' } satisfies TableOf<CommonConfig & SgdConfig>,
};

/** @throws RangeError for an unknown name, or for Nesterov without momentum; AttuneError ARGUMENT_INVALID for an unknown option or a value out of range */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  if (Object.hasOwn(optimizerTables, config.name)) checkOptions('openTraining', config, optimizerTables[config.name]);
  switch (config.name) {
    case 'adamw':
      return adamw(config);
    case 'adam':
      return adam(config);
    case 'sgd':
      return sgd(config);
    default:
      throw new RangeError(
        `openTraining: optimizer expected adamw, adam or sgd, got ${(config as { name: string }).name}`,
      );
  }
}

/** Options of AdamW; names and defaults as PyTorch's. */
export interface AdamWConfig {
  /** Selects AdamW. */
  readonly name: 'adamw';
  /** Decay rate β₁ of the first moment, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Decay rate β₂ of the second moment, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Epsilon, added to the square root of the second moment; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * AdamW in float32 SIMD (wasm/optimizer.ts): memory speed, six times a scalar loop's (measured).
 *
 * θ ← θ − lr·λ·θ;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − lr·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
 * Moments below 2⁻¹⁰⁰ are flushed to zero: denormal numbers would make an update 20 to 45 times as slow (measured).
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization (2019); PyTorch's `torch.optim.AdamW`
 */
export function adamw({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWConfig): Optimizer {
  const idleFactor: Optimizer['idleFactor'] = ({ learningRate, weightDecay }) =>
    Math.fround(1 - learningRate * weightDecay);
  return {
    defaultWeightDecay: 0.01,
    idleFactor,
    update(arrays, update, range = wholeOf(arrays)) {
      const { parameter, gradient, first, second, kernels } = arrays;
      const { step, learningRate, scale } = update;
      kernels.adamw(
        addressOf(parameter, range),
        addressOf(gradient, range),
        addressOf(first, range),
        addressOf(second, range),
        range.length,
        beta1,
        (1 - beta1) * scale,
        beta2,
        (1 - beta2) * scale * scale,
        idleFactor(update)!,
        learningRate / (1 - beta1 ** step),
        1 / Math.sqrt(1 - beta2 ** step),
        epsilon,
      );
    },
  };
}

/** Options of Adam; names and defaults as PyTorch's. */
export interface AdamConfig {
  /** Selects Adam. */
  readonly name: 'adam';
  /** Decay rate β₁ of the first moment, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Decay rate β₂ of the second moment, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Epsilon, added to the square root of the second moment; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam, with weight decay as part of the gradient: g ← g + λθ, then as AdamW without its decay.
 *
 * @see Kingma, Ba: Adam (2015); PyTorch's `torch.optim.Adam`
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamConfig): Optimizer {
  return {
    defaultWeightDecay: 0,
    idleFactor: ({ weightDecay }) => (weightDecay === 0 ? 1 : undefined),
    update(arrays, { step, learningRate, weightDecay, scale }, range = wholeOf(arrays)) {
      const { parameter, gradient, first, second, kernels } = arrays;
      kernels.adam(
        addressOf(parameter, range),
        addressOf(gradient, range),
        addressOf(first, range),
        addressOf(second, range),
        range.length,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        scale,
        weightDecay,
        learningRate / (1 - beta1 ** step),
        1 / Math.sqrt(1 - beta2 ** step),
        epsilon,
      );
    },
  };
}

/** Options of stochastic gradient descent; names and defaults as PyTorch's. */
export interface SgdConfig {
  /** Selects stochastic gradient descent. */
  readonly name: 'sgd';
  /** Momentum, in [0, 1); default 0. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum, which requires `momentum` above 0; default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: g ← g + λθ;  b ← μb + g;  θ ← θ − lr·b, or with Nesterov momentum θ ← θ − lr·(g + μb).
 *
 * @throws RangeError for Nesterov momentum without momentum
 * @see PyTorch's `torch.optim.SGD`
 */
export function sgd({ momentum = 0, nesterov = false }: SgdConfig): Optimizer {
  if (nesterov && momentum === 0)
    throw new RangeError('openTraining: nesterov expected a momentum above 0, got 0; set momentum');
  return {
    defaultWeightDecay: 0,
    idleFactor: ({ weightDecay }) => (weightDecay === 0 ? 1 : undefined),
    update(arrays, { learningRate, weightDecay, scale }, range = wholeOf(arrays)) {
      const { parameter, gradient, first, kernels } = arrays;
      kernels.sgd(
        addressOf(parameter, range),
        addressOf(gradient, range),
        addressOf(first, range),
        range.length,
        scale,
        weightDecay,
        momentum,
        nesterov ? 1 : 0,
        learningRate,
      );
    },
  };
}

/** Settings of each parameter. */
export interface ParameterSettings {
  readonly optimizer: Optimizer;
  readonly weightDecayOf: (parameter: string) => number;
  /** Factor of the learning rate. */
  readonly learningRateScale: (parameter: string) => number;
  /** Whether an update only multiplies elements without gradient and moments by a factor. */
  readonly isIdle: (parameter: string) => boolean;
}

/** @throws RangeError as `createOptimizer` */
export function parameterSettings(config: OptimizerConfig): ParameterSettings {
  const optimizer = createOptimizer(config);
  const {
    weightDecay = optimizer.defaultWeightDecay,
    hasWeightDecay = () => true,
    learningRateScale = () => 1,
  } = config;
  const weightDecayOf = (name: string) => (hasWeightDecay(name) ? weightDecay : 0);
  const isIdle = (name: string) =>
    optimizer.idleFactor({ learningRate: learningRateScale(name), weightDecay: weightDecayOf(name) }) !== undefined;
  return { optimizer, weightDecayOf, learningRateScale, isIdle };
}

/** Betas and epsilon of Adam and AdamW, with their defaults. */
export function betasOf(config: OptimizerConfig): { beta1: number; beta2: number; epsilon: number } {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = config.name === 'sgd' ? {} : config;
  return { beta1, beta2, epsilon };
}
