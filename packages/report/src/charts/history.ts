// Curves from the lines of `metrics.jsonl`.
import { isNumber } from '../page/format';
import type { EvalLine, MetricLine, TrainLine } from '../run-data';

/** Points of a curve: [x, y]. */
export type Points = [number, number][];

/**
 * The lines of one type, by step. A resumed run repeats the steps after its last checkpoint; the later line is used.
 */
export function linesOf(history: readonly MetricLine[], type: 'train'): TrainLine[];
export function linesOf(history: readonly MetricLine[], type: 'eval'): EvalLine[];
export function linesOf(history: readonly MetricLine[], type: 'train' | 'eval'): (TrainLine | EvalLine)[] {
  const byStep = new Map<number, TrainLine | EvalLine>();
  for (const line of history) if (line.type === type) byStep.set(line.step, line);
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** The points where a line has both numbers. */
export function pointsOf<Line>(lines: readonly Line[], x: keyof Line, y: keyof Line): Points {
  const points: Points = [];
  for (const line of lines) {
    const [at, value] = [line[x], line[y]];
    if (isNumber(at) && isNumber(value)) points.push([at, value]);
  }
  return points;
}

/** At most `limit` points, each the mean of as many neighbors, so that a long run does not make a large file. */
export function thin(points: Points, limit: number): Points {
  const width = Math.ceil(points.length / limit);
  if (width <= 1) return points;
  const thinned: Points = [];
  for (let start = 0; start < points.length; start += width) {
    const group = points.slice(start, start + width);
    thinned.push([group.at(-1)![0], group.reduce((sum, [, y]) => sum + y, 0) / group.length]);
  }
  return thinned;
}

/**
 * Exponential moving average over about a twenty-fifth of the curve, with the bias correction of Adam's moments.
 */
export function smooth(points: Points): Points {
  const keep = 1 - 2 / (Math.max(1, points.length / 25) + 1);
  let average = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    average = keep * average + (1 - keep) * y;
    weight = keep * weight + (1 - keep);
    return [x, average / weight];
  });
}
