import { checkColumns, type RegressionReportData } from '../report-data';
import { configuration } from '../sections/configuration';
import { curves } from '../sections/curves';
import { factsSection } from '../sections/facts';
import { valueErrors } from '../sections/regression/errors';
import { valueFacts } from '../sections/regression/facts';
import { fit } from '../sections/regression/fit';
import { valueHeadline } from '../sections/regression/headline';
import type { ReportKind } from '.';

/** A number a text. */
export const regressionKind: ReportKind<RegressionReportData> = {
  check: ({ test }) => checkColumns(test, { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred }),
  sections: [valueHeadline, curves, fit, valueErrors, (data) => factsSection(data, valueFacts(data)), configuration],
};
