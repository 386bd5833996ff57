import { decimal } from '../../format';
import { partOf, type RegressionReportData } from '../../report-data';
import type { Fact } from '../facts';

/** Where the targets lie. */
export function valueFacts(data: RegressionReportData): Fact[] {
  const values = Array.from(data.test.yTrue).sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    [`Targets in ${partOf(data)}`, `${decimal(values[0])} to ${decimal(values.at(-1))}`],
    ['Their median and mean', `${decimal(values[values.length >> 1])}, ${decimal(mean)}`],
  ];
}
