// L-BFGS with a strong-Wolfe line search.
/** Returns the value at `point` and writes the gradient there. */
export type Evaluate = (point: Float64Array, gradient: Float64Array) => number;

interface LbfgsOptions {
  /** Stops when no entry of the gradient is larger; default 1e-4. */
  readonly tolerance?: number;
  /** Maximum number of iterations; default 1000. */
  readonly maxIterations?: number;
  /** Number of past steps used for the next one; default 10. */
  readonly memory?: number;
}

interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  /** The largest entry of the gradient there. */
  readonly largestGradient: number;
  readonly iterations: number;
  /** Whether it stopped because of a small gradient. */
  readonly converged: boolean;
}

/** The current point of the search. */
interface At {
  point: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** One past step: how the point and the gradient moved, and 1 / their product. */
interface Correction {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  readonly inverse: number;
}

/**
 * Minimizes a smooth function by limited-memory BFGS with a strong-Wolfe line search.
 *
 * `evaluate(point, gradient)` returns the value and writes the gradient. Nocedal & Wright, Numerical Optimization,
 * algorithms 7.4 and 7.5.
 * @example const { point } = minimize((x, gradient) => ((gradient[0] = 2 * x[0] - 6), (x[0] - 3) ** 2), new Float64Array(1));
 */
export function minimize(evaluate: Evaluate, start: Float64Array, options: LbfgsOptions = {}): Minimum {
  const { tolerance = 1e-4, maxIterations = 1000, memory = 10 } = options;
  const past: Correction[] = [];
  let at: At = { point: Float64Array.from(start), gradient: new Float64Array(start.length), value: 0 };
  at.value = evaluate(at.point, at.gradient);
  let iterations = 0;
  while (largest(at.gradient) > tolerance && iterations < maxIterations) {
    const direction = descent(at.gradient, past);
    const firstStep = past.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(at.gradient, at.gradient))) : 1;
    const next = searchLine(evaluate, { ...at, direction, firstStep });
    if (!next) break; // float64 distinguishes no lower value
    remember(past, at, next, memory);
    at = next;
    iterations++;
  }
  const largestGradient = largest(at.gradient);
  return { point: at.point, value: at.value, largestGradient, iterations, converged: largestGradient <= tolerance };
}

/** −H · gradient with H the inverse Hessian as estimated from past steps: the two-loop recursion. */
function descent(gradient: Float64Array, past: readonly Correction[]): Float64Array {
  const direction = gradient.map((entry) => -entry);
  const weights = new Float64Array(past.length);
  for (let i = past.length - 1; i >= 0; i--) {
    weights[i] = past[i].inverse * dot(past[i].move, direction);
    addScaled(direction, -weights[i], past[i].turn);
  }
  const last = past.at(-1);
  if (last) scale(direction, 1 / (last.inverse * dot(last.turn, last.turn)));
  for (const [i, { move, turn, inverse }] of past.entries()) {
    addScaled(direction, weights[i] - inverse * dot(turn, direction), move);
  }
  return direction;
}

function remember(past: Correction[], from: At, to: At, memory: number): void {
  // The arrays of the oldest step are reused, so that a run allocates only `memory` pairs.
  const oldest = past.length === memory ? past.shift() : undefined;
  const move = oldest?.move ?? new Float64Array(from.point.length);
  const turn = oldest?.turn ?? new Float64Array(from.point.length);
  for (let i = 0; i < move.length; i++) {
    move[i] = to.point[i] - from.point[i];
    turn[i] = to.gradient[i] - from.gradient[i];
  }
  // A step without curvature says nothing about the Hessian.
  const curvature = dot(move, turn);
  if (curvature > 0) past.push({ move, turn, inverse: 1 / curvature });
}

interface Line {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly direction: Float64Array;
  readonly firstStep: number;
}

/** A point on the line: the step to it, the value, and the slope along the line. */
interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly point: Float64Array;
  readonly gradient: Float64Array;
}

/** Wolfe conditions: the share of the predicted decrease that is required, and the remaining share of the slope that is allowed. */
const enoughDrop = 1e-4;
const flatEnough = 0.9;
const maxTrials = 40;

/**
 * Finds a step along a descent direction that meets the strong Wolfe conditions; undefined if none is found.
 *
 * Nocedal & Wright, Numerical Optimization, algorithms 3.5 and 3.6 (bracket, then zoom by cubic interpolation).
 */
function searchLine(evaluate: Evaluate, line: Line): Trial | undefined {
  const { point, value, gradient, direction } = line;
  const start: Trial = { step: 0, value, slope: dot(gradient, direction), point, gradient };
  if (!(start.slope < 0)) return undefined;
  let low = start;
  let high: Trial | undefined;
  let step = line.firstStep;
  for (let trials = 0; trials < maxTrials; trials++) {
    const trial = tryStep(evaluate, line, step);
    const dropped = trial.value <= start.value + enoughDrop * step * start.slope;
    if (!dropped || !(trial.value < low.value)) {
      high = trial;
    } else {
      if (Math.abs(trial.slope) <= -flatEnough * start.slope) return trial;
      // The minimum lies behind the trial if the slope there points back to `low`.
      if (trial.slope * ((high ? high.step : Number.POSITIVE_INFINITY) - low.step) >= 0) high = low;
      low = trial;
    }
    step = high ? between(low, high) : 2 * low.step;
  }
  return low.value < start.value ? low : undefined;
}

function tryStep(evaluate: Evaluate, { point, direction }: Line, step: number): Trial {
  const reached = point.slice();
  addScaled(reached, step, direction);
  const gradient = new Float64Array(point.length);
  const value = evaluate(reached, gradient);
  return { step, value, slope: dot(gradient, direction), point: reached, gradient };
}

/** The minimum of the cubic through the values and slopes at both ends, at least a tenth of the width away from either end. */
function between(low: Trial, high: Trial): number {
  const width = high.step - low.step;
  const bend = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const root = Math.sign(width) * Math.sqrt(bend * bend - low.slope * high.slope);
  const share = (root + bend - low.slope) / (high.slope - low.slope + 2 * root);
  const safe = Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return low.step + safe * width;
}

/** Σ a·b. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** target += factor · source. */
function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

/** target *= factor. */
function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] *= factor;
}

/** The largest absolute entry; NaN if any entry is NaN. */
function largest(vector: Float64Array): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) {
    const size = Math.abs(vector[i]);
    if (Number.isNaN(size)) return size;
    if (size > most) most = size;
  }
  return most;
}
