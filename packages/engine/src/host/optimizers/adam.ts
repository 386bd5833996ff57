import { addressOf, wholeOf } from '../range';
import type { Optimizer } from './optimizer';

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
