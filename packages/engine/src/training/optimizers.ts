import { addressOf, type Range, type TrainableArrays, wholeOf } from './memory';

/** What every optimizer takes. Learning rates come with each update. */
export interface CommonConfig {
  /** 0.01 for AdamW, else 0, unless given. */
  readonly weightDecay?: number;
  /** Whether a parameter decays; all do unless said. */
  readonly decays?: (parameter: string) => boolean;
  /** Whether a parameter is trained; all float32 ones are unless said. */
  readonly trains?: (parameter: string) => boolean;
  /** What a parameter's learning rate is multiplied by; 1 unless said. */
  readonly rateOf?: (parameter: string) => number;
  /** Gradients are scaled to this global norm where they exceed it; no clipping unless given. */
  readonly maxGradNorm?: number;
}

/** An optimizer, by PyTorch's names and with its defaults. */
export type OptimizerConfig = CommonConfig & (AdamWConfig | AdamConfig | SgdConfig);

/** What one update of one parameter needs. */
export interface Update {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** What gradients are multiplied by: the clipping factor. */
  readonly scale: number;
}

/** Changes a parameter and what is kept for it, in place. */
export interface Optimizer {
  readonly defaultWeightDecay: number;
  /** @param range the elements to update; all unless given */
  update(arrays: TrainableArrays, update: Update, range?: Range): void;
  /**
   * What an update multiplies elements by that have no gradient and no moments, exactly; `undefined` where it does more
   * to them.
   */
  idleFactor(update: Pick<Update, 'learningRate' | 'weightDecay'>): number | undefined;
}

export function createOptimizer(config: OptimizerConfig): Optimizer {
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

/** AdamW's own options; names and defaults as PyTorch's. */
export interface AdamWConfig {
  readonly name: 'adamw';
  readonly beta1?: number;
  readonly beta2?: number;
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

/** Adam's own options; names and defaults as PyTorch's. */
export interface AdamConfig {
  readonly name: 'adam';
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam, whose weight decay is part of the gradient: g ← g + λθ, then as AdamW without its decay.
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

/** Stochastic gradient descent's own options; names and defaults as PyTorch's. */
export interface SgdConfig {
  readonly name: 'sgd';
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: g ← g + λθ;  b ← μb + g;  θ ← θ − lr·b, or with Nesterov's momentum θ ← θ − lr·(g + μb).
 *
 * @throws RangeError for Nesterov's momentum without momentum
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
