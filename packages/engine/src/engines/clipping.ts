import { AttuneError } from '../attune-error';

/**
 * What gradients are multiplied by: PyTorch's `clip_grad_norm_` factor.
 *
 * @throws AttuneError TRAINING_DIVERGED for a norm that is not finite
 */
export function clippingFactor(gradientNorm: number, most: number | undefined): number {
  if (!Number.isFinite(gradientNorm))
    throw new AttuneError(
      'TRAINING_DIVERGED',
      `update: the gradients' norm is ${gradientNorm}, nothing was changed; lower the learning rate, warm up longer, or clip with maxGradNorm`,
    );
  return most === undefined ? 1 : Math.min(1, most / (gradientNorm + 1e-6));
}
