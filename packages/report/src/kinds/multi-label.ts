import { checkColumns, type MultiLabelReportData } from '../report-data';
import { configuration } from '../sections/configuration';
import { curves } from '../sections/curves';
import { factsSection } from '../sections/facts';
import { labelErrors } from '../sections/multi-label/errors';
import { labelFacts } from '../sections/multi-label/facts';
import { setHeadline } from '../sections/multi-label/headline';
import { perLabel } from '../sections/multi-label/per-label';
import type { ReportKind } from '.';

/** Any number of labels a text. */
export const multiLabelKind: ReportKind<MultiLabelReportData> = {
  check: checkSets,
  sections: [setHeadline, curves, perLabel, labelErrors, (data) => factsSection(data, labelFacts(data)), configuration],
};

function checkSets({ labels, test, baseline }: MultiLabelReportData): void {
  const rows = { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred, 'baseline.yPred': baseline?.yPred };
  checkColumns(test, rows);
  for (const [name, column] of Object.entries(rows))
    if (column?.some((row) => row.length !== labels.length))
      throw new RangeError(`renderReport: ${name} expected rows of ${labels.length}, one entry a label`);
  const expected = test.texts.length * labels.length;
  if (test.scores.length !== expected)
    throw new RangeError(`renderReport: test.scores expected ${expected} entries, got ${test.scores.length}`);
}
