import { describe, expect, it } from 'vitest';
import type { MetricLine, TrainLine } from '../run-data';
import { linesOf, type Points, pointsOf, smooth, thin } from './history';

const train = (step: number, loss: number | null): TrainLine => ({ type: 'train', step, epoch: 0, loss });

describe('linesOf', () => {
  it('keeps the later of two lines of a step, which a resumed run repeats, in order of steps', () => {
    const history: MetricLine[] = [
      train(1, 3),
      train(2, 2),
      train(3, 9),
      { type: 'epoch' },
      train(2, 2.5),
      train(3, 2.4),
    ];
    expect(linesOf(history, 'train').map(({ loss }) => loss)).toEqual([3, 2.5, 2.4]);
    expect(linesOf(history, 'eval')).toEqual([]);
  });
});

describe('pointsOf', () => {
  it('leaves out what is missing, null or not finite', () => {
    const lines = [train(1, 3), train(2, null), train(3, Number.NaN), train(4, 1)];
    expect(pointsOf(lines, 'step', 'loss')).toEqual([
      [1, 3],
      [4, 1],
    ]);
    expect(pointsOf(lines, 'step', 'gradNorm')).toEqual([]);
  });
});

describe('thin', () => {
  it('averages neighbors so that at most `limit` points are left', () => {
    const points: Points = Array.from({ length: 10 }, (_, i) => [i, i]);
    expect(thin(points, 4)).toEqual([
      [2, 1],
      [5, 4],
      [8, 7],
      [9, 9],
    ]);
    expect(thin(points, 10)).toEqual(points);
    expect(thin([], 4)).toEqual([]);
  });
});

describe('smooth', () => {
  it('leaves a constant as it is, from the first point on', () => {
    const constant: Points = Array.from({ length: 200 }, (_, i) => [i, 2]);
    for (const [, y] of smooth(constant)) expect(y).toBeCloseTo(2, 12);
  });

  it('leaves a short curve as it is', () => {
    const short: Points = [
      [1, 5],
      [2, 1],
      [3, 4],
    ];
    expect(smooth(short)).toEqual(short);
  });

  it('averages with the weights (1 − k) kⁱ, corrected for the start', () => {
    const points: Points = Array.from({ length: 75 }, (_, i) => [i, i % 2]); // 75 / 25 = 3, so k = ½
    expect(smooth(points)[2][1]).toBeCloseTo((0 * 4 + 1 * 2 + 0 * 1) / 7, 12);
    expect(smooth(points)[74][1]).toBeCloseTo(1 / 3, 6);
  });
});
