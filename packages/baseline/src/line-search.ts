import { addScaled, dot } from './vector';

/** Returns the value at `point` and writes the gradient there. */
export type Evaluate = (point: Float64Array, gradient: Float64Array) => number;

export interface Line {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
  direction: Float64Array;
  firstStep: number;
}

/** A place on the line: how far along, the value, and the slope in the line's direction. */
interface Trial {
  step: number;
  value: number;
  slope: number;
  point: Float64Array;
  gradient: Float64Array;
}

/** How much of the drop that the slope promises must come true, and how flat the slope must have become. */
const enoughDrop = 1e-4;
const flatEnough = 0.9;
const maxTrials = 40;

/**
 * Finds a step along a descent direction that meets the strong Wolfe conditions, or undefined when none is found.
 *
 * Nocedal & Wright, Numerical Optimization, algorithms 3.5 and 3.6 (bracket, then zoom by cubic interpolation).
 */
export function searchLine(evaluate: Evaluate, line: Line): Trial | undefined {
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
      // The minimum lies behind the trial when the slope there points back to `low`.
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

/** The minimum of the cubic through both ends' values and slopes, kept a tenth away from either end. */
function between(low: Trial, high: Trial): number {
  const width = high.step - low.step;
  const bend = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const root = Math.sign(width) * Math.sqrt(bend * bend - low.slope * high.slope);
  const share = (root + bend - low.slope) / (high.slope - low.slope + 2 * root);
  const safe = Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return low.step + safe * width;
}
