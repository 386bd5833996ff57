import { paddedLength, type TrainableArrays } from './trainable-memory';

/** Options of AdamW; names and defaults as PyTorch's. Learning rates come with each update. */
export interface OptimizerConfig {
  readonly name: 'adamw';
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Whether a parameter decays; all do unless said. */
  readonly decays?: (parameter: string) => boolean;
  /** Whether a parameter is trained; all float32 ones are unless said. */
  readonly trains?: (parameter: string) => boolean;
  /** Gradients are scaled to this global norm where they exceed it; no clipping unless given. */
  readonly maxGradNorm?: number;
}

/** What one update of one parameter needs. */
export interface AdamWUpdate {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** What gradients are multiplied by: the clipping factor. */
  readonly scale: number;
}

/**
 * One step of AdamW, in place, in float32 SIMD (wasm/optimizer.ts): memory speed, six times a scalar loop's (measured).
 *
 * θ ← θ − lr·λ·θ;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − lr·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
 * Moments below 2⁻¹⁰⁰ are flushed to zero: denormal numbers would make an update 20 to 45 times as slow (measured).
 * @param range the elements to update; all unless given
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization (2019); PyTorch's `torch.optim.AdamW`
 */
export function adamw(arrays: TrainableArrays, update: AdamWUpdate, range: Range = wholeOf(arrays)): void {
  const { parameter, gradient, first, second, kernels } = arrays;
  const { step, learningRate, beta1, beta2, epsilon, scale } = update;
  const offset = range.start * Float32Array.BYTES_PER_ELEMENT;
  kernels.adamw(
    parameter.byteOffset + offset,
    gradient.byteOffset + offset,
    first.byteOffset + offset,
    second.byteOffset + offset,
    range.length,
    beta1,
    (1 - beta1) * scale,
    beta2,
    (1 - beta2) * scale * scale,
    decayFactor(update),
    learningRate / (1 - beta1 ** step),
    1 / Math.sqrt(1 - beta2 ** step),
    epsilon,
  );
}

/** What an update multiplies a parameter by before anything else. */
export function decayFactor({ learningRate, weightDecay }: AdamWUpdate): number {
  return Math.fround(1 - learningRate * weightDecay);
}

/**
 * Sum of squares of a gradient in float64, always in the same order.
 *
 * @param ranges parts that start at multiples of 16 and outside which the gradient is zero, in ascending order: the sum
 *   has the same bits as over the whole
 */
export function squaredNorm(arrays: TrainableArrays, ranges: Iterable<Range> = [wholeOf(arrays)]): number {
  const { gradient, sums, kernels } = arrays;
  sums.fill(0);
  for (const { start, length } of ranges)
    kernels.addSquares(gradient.byteOffset + start * Float32Array.BYTES_PER_ELEMENT, length, sums.byteOffset);
  return sums.reduce((total, sum) => total + sum, 0);
}

/** Elements of an array, as SIMD loops take them: `length` is a multiple of four. */
export interface Range {
  readonly start: number;
  readonly length: number;
}

const wholeOf = ({ parameter }: TrainableArrays): Range => ({ start: 0, length: paddedLength(parameter.length) });
