import { type Evaluate, searchLine } from './line-search';
import { addScaled, dot, largest, scale } from './vector';

export interface LbfgsOptions {
  /** Stop when no entry of the gradient is larger than this. Default 1e-4. */
  tolerance?: number;
  /** Default 1000. */
  maxIterations?: number;
  /** How many past steps shape the next one. Default 10. */
  memory?: number;
}

export interface Minimum {
  point: Float64Array;
  value: number;
  /** The largest entry of the gradient there. */
  largestGradient: number;
  iterations: number;
  /** False when it stopped for another reason than a small gradient. */
  converged: boolean;
}

/** Where the search stands. */
interface At {
  point: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** One past step: how the point and the gradient moved, and 1 / their product. */
interface Correction {
  move: Float64Array;
  turn: Float64Array;
  inverse: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS with a strong-Wolfe line search.
 *
 * `evaluate(point, gradient)` returns the value and writes the gradient. Nocedal & Wright, Numerical Optimization,
 * algorithms 7.4 and 7.5.
 *
 * ```ts
 * const { point } = minimize((x, gradient) => ((gradient[0] = 2 * x[0] - 6), (x[0] - 3) ** 2), new Float64Array(1));
 * ```
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
    if (!next) break; // no lower value can be told apart in float64
    remember(past, at, next, memory);
    at = next;
    iterations++;
  }
  const largestGradient = largest(at.gradient);
  return { point: at.point, value: at.value, largestGradient, iterations, converged: largestGradient <= tolerance };
}

/** −H · gradient, where H is what the past steps tell of the inverse Hessian: the two-loop recursion. */
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
  // The oldest step's arrays are written over, so that a run allocates `memory` pairs of them and no more.
  const oldest = past.length === memory ? past.shift() : undefined;
  const move = oldest?.move ?? new Float64Array(from.point.length);
  const turn = oldest?.turn ?? new Float64Array(from.point.length);
  for (let i = 0; i < move.length; i++) {
    move[i] = to.point[i] - from.point[i];
    turn[i] = to.gradient[i] - from.gradient[i];
  }
  // Without curvature along the step there is nothing to learn from it.
  const curvature = dot(move, turn);
  if (curvature > 0) past.push({ move, turn, inverse: 1 / curvature });
}
