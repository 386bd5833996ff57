import { gradientName } from '@attune/engine';
import { largestDifference } from '@attune/engine/testing';
import { type Golden, vanishes } from './golden';

/** How far a float32 program may be from the golden. */
export interface EncoderLimits {
  /** Of the largest logit. */
  readonly logits: number;
  /** Of the largest number of a layer. */
  readonly hiddenStates: number;
  /** Of the loss itself, and of the gradients' norm. */
  readonly loss: number;
  /** Of a parameter's largest gradient. */
  readonly gradients: number;
}

/** The reference's tiny models stay below a third of each (measured); deeper ones may need more. */
export const defaultLimits: EncoderLimits = { logits: 5e-6, hiddenStates: 5e-6, loss: 5e-6, gradients: 3e-5 };

/** Where a gradient is zero in exact arithmetic. */
const mostRounding = 1e-6;

/** Throws unless `actual` is within `limit` of `expected`, as a share of the largest expected number. */
export function near(what: string, [actual, expected]: readonly ArrayLike<number>[], limit: number): void {
  const { relative } = largestDifference(actual, expected);
  check(what, relative, limit);
}

/** Throws unless the gradient of each parameter is near; one that is zero in exact arithmetic is near zero. */
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
