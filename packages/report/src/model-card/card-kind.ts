import type { EvalLine, RunData } from '../report-data';

/** What a model card says of one kind of problem. */
export interface CardKind<Data extends RunData> {
  /** What the model is, where it came from no other: `A text classifier`. */
  readonly what: string;
  /** The hub's names of its metrics. */
  readonly metrics: readonly string[];
  /** The figures of the hub's metadata. */
  figures(data: Data): readonly { readonly type: string; readonly name: string; readonly value: number | null }[];
  /** The same in lines, the baseline's last. */
  lines(data: Data): readonly string[];
  /** What it answers. */
  answers(data: Data): readonly string[];
  /** How many classes the data has, to end a sentence with: `, 3 classes`. */
  classes(data: Data): string;
  /** The columns of the results by epoch beside losses, epoch and step. */
  readonly columns: readonly (readonly [head: string, key: keyof EvalLine])[];
  /** The scores of every class, a table. */
  byClass?(data: Data): string;
  /** What is known of its bias, line by line. */
  bias(data: Data): readonly string[];
}
