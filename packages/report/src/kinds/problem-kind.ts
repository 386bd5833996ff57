import type { CardMetric, ResultColumn } from '../card/card';
import type { Html } from '../page/html';
import type { RunData } from '../run-data';
import type { SideBySideMetric } from '../sections/side-by-side';

/** A kind of problem: its sections of a report, and its part of a model card. */
export interface ProblemKind<Data extends RunData> {
  /** Throws RangeError when the parts of the data do not fit together. */
  readonly check: (data: Data) => void;
  /** The sections of the report, in order. */
  readonly sections: readonly ((data: Data) => Html | false)[];
  readonly card: ClassifierCard<Data>;
}

/** The part of a model card that depends on the kind of problem. */
export interface ClassifierCard<Data extends RunData> {
  /** The kind of model, such as `A text classifier`. */
  readonly what: string;
  /** The hub's names of the metrics. */
  readonly hubMetrics: readonly string[];
  /** The metrics of the hub's metadata. */
  metrics(data: Data): readonly CardMetric[];
  /** The metrics as lines of text, the baseline last. */
  lines(data: Data): readonly string[];
  /** The answers of the model, line by line. */
  answers(data: Data): readonly string[];
  /** The number of classes, as the end of a sentence: `, 3 classes`. */
  classes(data: Data): string;
  /** The metrics by which models are shown side by side. */
  readonly sideBySide: readonly SideBySideMetric[];
  /** Columns of the results by epoch, in addition to losses, epoch and step. */
  readonly columns: readonly ResultColumn[];
  /** Table of the scores of every class. */
  byClass?(data: Data): string;
  /** Known bias, line by line. */
  bias(data: Data): readonly string[];
}
