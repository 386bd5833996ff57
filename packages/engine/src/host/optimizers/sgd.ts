import { addressOf, wholeOf } from '../range';
import type { Optimizer } from './optimizer';

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
