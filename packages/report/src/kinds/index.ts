import type { Html } from '../html';
import type { AnyReportData, ReportDataOf } from '../report-data';
import { multiLabelKind } from './multi-label';
import { regressionKind } from './regression';
import { singleLabelKind } from './single-label';

/** What a report shows of one kind of problem. */
export interface ReportKind<Data> {
  /** Throws RangeError when the parts of the data do not fit together. */
  readonly check: (data: Data) => void;
  /** In the order they stand on the page. */
  readonly sections: readonly ((data: Data) => Html)[];
}

const kinds: { readonly [P in keyof ReportDataOf]: ReportKind<ReportDataOf[P]> } = {
  single_label_classification: singleLabelKind,
  multi_label_classification: multiLabelKind,
  regression: regressionKind,
};

/** The kind that data says it is of; one label a text unless it says. */
export function kindOf(data: AnyReportData): ReportKind<AnyReportData> {
  return kinds[data.problemType ?? 'single_label_classification'] as ReportKind<AnyReportData>;
}
