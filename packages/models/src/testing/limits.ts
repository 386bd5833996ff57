import { gradientName } from '@attune/engine';
import { largestDifference } from '@attune/engine/testing';
import { type Golden, vanishes } from './golden';

/** Tolerances of a float32 program against the golden. */
export interface EncoderLimits {
  /** Relative to the largest logit. */
  readonly logits: number;
  /** Relative to the largest number of a layer. */
  readonly hiddenStates: number;
  /** Relative to the loss; also for gradient norms. */
  readonly loss: number;
  /** Relative to a parameter's largest gradient. */
  readonly gradients: number;
}

/** Tiny models stay below a third of each tolerance (measured); deeper ones may need more. */
export const defaultLimits: EncoderLimits = { logits: 5e-6, hiddenStates: 5e-6, loss: 5e-6, gradients: 3e-5 };

/** Tolerance for gradients that are zero in exact arithmetic. */
const mostRounding = 1e-6;

/** Throws unless `actual` is within `limit` of `expected`, relative to the largest expected number. */
export function near(what: string, [actual, expected]: readonly ArrayLike<number>[], limit: number): void {
  const { relative } = largestDifference(actual, expected);
  check(what, relative, limit);
}

/** Throws unless the gradient of each parameter is within its tolerance; gradients that vanish must be near zero. */
export function nearGradients(
  golden: Golden,
  gradientsOf: (parameter: string) => readonly [actual: ArrayLike<number>, expected: ArrayLike<number>],
  limit: number,
): void {
  for (const parameter of Object.keys(golden.parameters)) {
    const [actual, expected] = gradientsOf(parameter);
    const { absolute, relative } = largestDifference(actual, expected);
    if (vanishes(golden, parameter)) check(gradientName(parameter), absolute, mostRounding);
    else check(gradientName(parameter), relative, limit);
  }
}

/** Throws unless a difference is below a limit. */
export function check(what: string, difference: number, limit: number): void {
  if (!(difference < limit))
    throw new Error(`${what}: expected within ${limit} of the golden, got ${difference.toPrecision(3)}`);
}
