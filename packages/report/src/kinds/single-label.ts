import { checkReportData, type ReportData } from '../report-data';
import { configuration } from '../sections/configuration';
import { curves } from '../sections/curves';
import { facts } from '../sections/facts';
import { headline } from '../sections/headline';
import { matrix } from '../sections/matrix';
import { perClass } from '../sections/per-class';
import { worstErrors } from '../sections/worst-errors';
import type { ReportKind } from '.';

/** One label a text. */
export const singleLabelKind: ReportKind<ReportData> = {
  check: checkReportData,
  sections: [headline, curves, matrix, perClass, worstErrors, facts, configuration],
};
