import { describe, expect, it } from 'vitest';
import { toMarkup } from '../page/html';
import { type LineChartOptions, lineChart } from './line-chart';

const options: LineChartOptions = {
  id: 'loss',
  xName: 'epoch',
  formatY: (value) => `${value} nats`,
  curves: [
    {
      name: 'training',
      color: 'var(--model)',
      dots: true,
      points: [
        [1, 2],
        [2, 1],
        [3, 0.5],
      ],
    },
  ],
};
const draw = (overrides: Partial<LineChartOptions> = {}) => toMarkup(lineChart({ ...options, ...overrides }));
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

describe('lineChart', () => {
  it('draws the curve through its points, lower where the value is lower', () => {
    const [, path] = draw().match(/<path d="(M[^"]*)"[^>]*stroke="var\(--model\)" stroke-width="2.25"/) ?? [];
    const points = [...path.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(points).toHaveLength(3);
    expect(points[1][0] - points[0][0]).toBeCloseTo(points[2][0] - points[1][0], 0); // echarts rounds to 0.1
    expect((points[1][1] - points[0][1]) / (points[2][1] - points[1][1])).toBeCloseTo(2, 1);
  });

  it('names axis and curve and formats the ticks', () => {
    expect(texts(draw())).toEqual(expect.arrayContaining(['epoch', 'training', '1', '2', '3', '1.2 nats']));
  });

  it('puts a single point in the middle, and starts the axis where it is told to', () => {
    const alone = [{ ...options.curves[0], points: [[1, 2]] as [number, number][] }];
    expect(texts(draw({ curves: alone }))).toEqual(expect.arrayContaining(['0', '1', '2']));
    expect(texts(draw({ xFrom: 0 }))).toContain('0');
    expect(texts(draw())).not.toContain('0');
  });

  it('is the same each time, and holds nothing that reaches outside it', () => {
    expect(draw()).toBe(draw());
    expect(draw()).toContain('clip-path="url(#loss-');
    expect(draw()).not.toMatch(/http|<style|<script|class=|zr\d/);
  });
});
