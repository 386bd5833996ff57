// Line charts as inline SVG.
import { decimal } from '../page/format';
import { type Html, trusted } from '../page/html';
import { GridComponent, init, LegendComponent, LineChart, MarkLineComponent, SVGRenderer, use } from './echarts';
import type { Points } from './history';

export interface Curve {
  readonly name: string;
  /** A CSS color: a custom property of the page, so that it follows the light or dark scheme. */
  readonly color: string;
  readonly points: Points;
  /** Draw it thin and pale. */
  readonly faint?: boolean;
  /** Draw a dot at every point. */
  readonly dots?: boolean;
  /** Line style, which distinguishes curves without color; default solid. */
  readonly dash?: 'solid' | 'dashed' | 'dotted';
}

export interface LineChartOptions {
  /** Unique in the page: ids in the drawing start with it. */
  readonly id: string;
  readonly xName: string;
  /** Start of the x axis; default the first point. */
  readonly xFrom?: number;
  readonly curves: readonly Curve[];
  /** Format of the ticks of the y axis. */
  readonly formatY: (value: number) => string;
  /** Whether both axes are shares, from 0 to 1. */
  readonly shares?: boolean;
  /** Whether the chart has a legend; default true. */
  readonly legend?: boolean;
  /** A dashed vertical line at a value of the x axis, with its name. */
  readonly mark?: { readonly at: number; readonly name: string };
}

/** Size of every chart. It is scaled to its column and stays readable on a phone. */
const size = { width: 440, height: 290 };

/** Draws curves as an inline SVG without scripts, style sheets or external references. */
export function lineChart(options: LineChartOptions): Html {
  use([LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption(chartOption(options));
    return trusted(inlineSvg(chart.renderToSVGString({ useViewBox: true }), options.id));
  } finally {
    chart.dispose();
  }
}

const font = { fontSize: 13, fontFamily: 'inherit', color: 'var(--muted)' };
const grid = { left: 52, right: 14, top: 38, bottom: 46 };
const line = { lineStyle: { color: 'var(--line)' } };
const shareAxis = { min: 0, max: 1, interval: 0.2 };

function chartOption({ xName, xFrom, curves, formatY, shares = false, legend = true, mark }: LineChartOptions) {
  return {
    animation: false,
    grid,
    legend: { show: legend, left: grid.left - 6, top: 0, itemWidth: 18, itemGap: 20, textStyle: font },
    xAxis: {
      type: 'value',
      name: xName,
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: font,
      ...(shares ? shareAxis : { minInterval: 1, ...xRange(curves, xFrom) }),
      splitNumber: 5,
      axisLabel: { ...font, hideOverlap: true, formatter: shares ? formatY : decimal },
      axisLine: line,
      axisTick: line,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      ...(shares && shareAxis),
      splitNumber: 4,
      axisLabel: { ...font, formatter: formatY },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: line,
    },
    series: curves.map((curve, i) => ({ ...series(curve), ...(i === 0 && mark && { markLine: markLine(mark) }) })),
  };
}

function series({ name, color, points, faint, dots, dash = 'solid' }: Curve) {
  return {
    type: 'line',
    name,
    data: points,
    silent: true,
    symbol: 'circle',
    symbolSize: 6,
    showSymbol: dots === true || points.length === 1,
    lineStyle: { color, type: dash, width: faint ? 1 : 2.25, opacity: faint ? 0.35 : 1 },
    itemStyle: { color, opacity: faint ? 0.5 : 1 },
    emphasis: { disabled: true },
  };
}

const markLine = ({ at, name }: NonNullable<LineChartOptions['mark']>) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { type: 'dashed', color: 'var(--muted)', width: 1 },
  label: { ...font, fontSize: 12, formatter: name, position: 'end', distance: 4 },
  data: [{ xAxis: at }],
});

/** Range from `from` or the first point to the last; a single point is centered. */
function xRange(curves: readonly Curve[], from?: number): { min: number; max: number } {
  const xs = curves.flatMap(({ points }) => points.map(([x]) => x));
  const min = xs.reduce((least, x) => Math.min(least, x), from ?? Number.POSITIVE_INFINITY);
  const max = xs.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}

/**
 * The drawing as part of a page. echarts numbers ids per process, so that two renderings of one run would differ, and adds hover rules and
 * namespaces that an inline drawing does not need: both are replaced.
 */
function inlineSvg(svg: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (?:class|xmlns|xmlns:xlink|version|baseProfile|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/<svg [^>]*?viewBox=/, '<svg aria-hidden="true" viewBox=');
}
