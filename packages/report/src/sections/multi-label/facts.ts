import { fullLabel } from '../../class-label';
import { count, decimal, plural } from '../../format';
import { type MultiLabelReportData, partOf } from '../../report-data';
import type { Fact } from '../facts';

/** How many texts have each label, and how many labels a text. */
export function labelFacts(data: MultiLabelReportData): Fact[] {
  const { labels, test } = data;
  const part = partOf(data);
  const support = labels.map((_, id) => test.yTrue.filter((row) => row[id] === 1).length);
  const sizes = test.yTrue.map((row) => row.reduce((sum, value) => sum + value, 0));
  const most = support.indexOf(Math.max(...support));
  const least = support.indexOf(Math.min(...support));
  return [
    ['Labels', count(labels.length)],
    [`Most frequent in ${part}`, `${fullLabel(data, most)}: ${plural(support[most], 'text')}`],
    [`Rarest in ${part}`, `${fullLabel(data, least)}: ${plural(support[least], 'text')}`],
    ['Labels a text', decimal(sizes.reduce((a, b) => a + b, 0) / sizes.length)],
    ['Texts without a label', count(sizes.filter((size) => size === 0).length)],
  ];
}
