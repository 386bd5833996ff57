/** The part of echarts that line charts need. */
export { LineChart } from 'echarts/charts';
export { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
export { init, use } from 'echarts/core';
export { SVGRenderer } from 'echarts/renderers';
