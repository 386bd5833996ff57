import { describe, expect, it } from 'vitest';
import { type LogisticProblem, logisticObjective, sigmoid, softmax } from './logistic-objective';
import { fromRows } from './sparse-matrix';

const matrix = fromRows(
  [
    new Map([
      [0, 0.6],
      [2, 0.8],
    ]),
    new Map([[1, 1]]),
    new Map(),
    new Map([
      [2, 0.3],
      [1, -0.5],
    ]),
  ],
  3,
);
const weights = Float64Array.of(1, 2, 0.5, 1);

const problems: [string, LogisticProblem][] = [
  ['three classes', { matrix, weights, targets: Int32Array.of(0, 2, 1, 2), outputs: 3, C: 0.7 }],
  ['two classes', { matrix, weights, targets: Int32Array.of(0, 1, 1, 0), outputs: 1, C: 3 }],
];

describe('logisticObjective', () => {
  it.each(problems)('%s: the gradient equals central differences', (_, problem) => {
    const evaluate = logisticObjective(problem);
    const point = Float64Array.from({ length: 4 * problem.outputs }, (_, i) => Math.sin(3 * i + 1));
    const gradient = new Float64Array(point.length);
    evaluate(point, gradient);
    const unused = new Float64Array(point.length);
    for (let i = 0; i < point.length; i++) {
      const up = evaluate(point.with(i, point[i] + 1e-5), unused);
      const down = evaluate(point.with(i, point[i] - 1e-5), unused);
      expect(gradient[i]).toBeCloseTo((up - down) / 2e-5, 9);
    }
  });

  it.each(problems)('%s: ln(classes) at zero', (_, problem) => {
    const point = new Float64Array(4 * problem.outputs);
    const classes = problem.outputs === 1 ? 2 : problem.outputs;
    expect(logisticObjective(problem)(point, new Float64Array(point.length))).toBeCloseTo(Math.log(classes), 12);
  });

  it.each(problems)('%s: finite where exp would overflow', (_, problem) => {
    const point = new Float64Array(4 * problem.outputs).fill(1).map((_, i) => (i % 2 === 0 ? 5000 : -5000));
    const gradient = new Float64Array(point.length);
    expect(Number.isFinite(logisticObjective(problem)(point, gradient))).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('softmax and sigmoid', () => {
  it('are shifted by the largest score', () => {
    const scores = Float64Array.of(1000, 1000 + Math.log(3));
    expect(softmax(scores)).toBeCloseTo(1000 + Math.log(4), 12);
    expect([...scores].map((score) => score.toFixed(12))).toEqual(['0.250000000000', '0.750000000000']);
  });

  it('hold at both ends', () => {
    expect([sigmoid(-1000), sigmoid(0), sigmoid(1000)]).toEqual([0, 0.5, 1]);
  });
});
