// Charts of predicted numbers as inline SVG: a scatter plot and a histogram.
import { count, decimal } from '../page/format';
import { type Html, html } from '../page/html';

const size = { width: 440, height: 290 };
const plot = { left: 60, right: 426, top: 12, bottom: 250 };
/** More dots than this are indistinguishable. */
const mostDots = 1000;
const bins = 25;

/** Scatter plot of predicted (y) against true values (x) on one scale, with the line on which they are equal. */
export function scatter(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): Html {
  const every = Math.ceil(yTrue.length / mostDots);
  const dots = Array.from({ length: Math.ceil(yTrue.length / every) }, (_, i) => [yTrue[i * every], yPred[i * every]]);
  const range = rangeOf(dots.flat());
  const [x, y] = [scale(range, plot.left, plot.right), scale(range, plot.bottom, plot.top)];
  return drawing(
    'Predicted by true values',
    html`${axes({ x: range, y: range }, { x: 'true', y: 'predicted' })}
<line x1="${plot.left}" y1="${plot.bottom}" x2="${plot.right}" y2="${plot.top}" stroke="var(--second)" stroke-dasharray="4 4"/>
${dots.map(([truth, predicted]) => html`<circle cx="${x(truth)}" cy="${y(predicted)}" r="2.5" fill="var(--model)" fill-opacity=".45"/>`)}`,
  );
}

/** Histogram of values in 25 equal ranges. */
export function histogram(values: readonly number[]): Html {
  const range = rangeOf(values);
  const [low, high] = range;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]++;
  const most = counts.reduce((a, b) => Math.max(a, b));
  const y = scale([0, most], plot.bottom, plot.top);
  const width = (plot.right - plot.left) / bins;
  const bar = (height: number, i: number) =>
    html`<rect x="${round(plot.left + i * width + 0.5)}" y="${y(height)}" width="${round(width - 1)}" height="${round(plot.bottom - y(height))}" fill="var(--model)"/>`;
  return drawing(
    'Residuals',
    html`${axes({ x: range, y: [0, most] }, { x: 'residual', y: 'texts' })}${counts.map(bar)}`,
  );
}

type Range = readonly [low: number, high: number];

/** From the least to the greatest value; a range of one value is widened. */
function rangeOf(values: readonly number[]): Range {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return low === high ? [low - 1, high + 1] : [low, high];
}

const round = (value: number) => Number(value.toFixed(1));

function scale([low, high]: Range, from: number, to: number): (value: number) => number {
  return (value) => round(from + ((value - low) / (high - low)) * (to - from));
}

function axes(ranges: { x: Range; y: Range }, names: { x: string; y: string }): Html {
  const shown = (value: number) => (names.y === 'texts' ? count(value) : decimal(value));
  const { left, right, top, bottom } = plot;
  const text = (x: number, y: number, anchor: string, content: string) =>
    html`<text x="${x}" y="${y}" text-anchor="${anchor}" fill="var(--muted)" font-size="13">${content}</text>`;
  return html`<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="var(--line)"/>
${text(left, bottom + 18, 'start', decimal(ranges.x[0]))}${text(right, bottom + 18, 'end', decimal(ranges.x[1]))}
${text((left + right) / 2, bottom + 34, 'middle', names.x)}
${text(left - 6, bottom, 'end', shown(ranges.y[0]))}${text(left - 6, top + 10, 'end', shown(ranges.y[1]))}
<text transform="rotate(-90)" x="${-(top + bottom) / 2}" y="${left - 40}" text-anchor="middle" fill="var(--muted)" font-size="13">${names.y}</text>`;
}

function drawing(title: string, content: Html): Html {
  return html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">${content}</svg>`;
}
