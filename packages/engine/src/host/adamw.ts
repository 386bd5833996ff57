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

export interface AdamWArrays {
  readonly parameter: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Below this a moment is zero: denormal numbers make an update 20 to 45 times as slow (measured). */
const vanishing = 2 ** -100;

/**
 * One step of AdamW, in place.
 *
 * θ ← θ − lr·λ·θ;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − lr·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
 * Moments below 2⁻¹⁰⁰ are flushed to zero.
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization (2019); PyTorch's `torch.optim.AdamW`
 */
export function adamw({ parameter, gradient, first, second }: AdamWArrays, update: AdamWUpdate): void {
  const { step, learningRate, beta1, beta2, epsilon, weightDecay, scale } = update;
  const keep = 1 - learningRate * weightDecay;
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const [fresh1, fresh2] = [(1 - beta1) * scale, (1 - beta2) * scale * scale];
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i];
    let m = beta1 * first[i] + fresh1 * g;
    let v = beta2 * second[i] + fresh2 * g * g;
    if (Math.abs(m) < vanishing) m = 0; // one predictable branch; two comparisons by sign cost twice the loop (measured)
    if (v < vanishing) v = 0;
    first[i] = m;
    second[i] = v;
    parameter[i] = keep * parameter[i] - (rate * m) / (Math.sqrt(v) * correction + epsilon);
  }
}

/** Sum of squares in float64, in the order of the elements. */
export function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}
