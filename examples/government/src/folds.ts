import { kFolds, split } from '@attune/data';
import type { LabelledRecord } from './records';

export interface FoldData {
  readonly train: readonly LabelledRecord[];
  readonly validation: readonly LabelledRecord[];
  /** Held out: nothing is chosen by it. */
  readonly test: readonly LabelledRecord[];
  /** The places of the records of `test` among all. */
  readonly heldOut: Int32Array;
}

export interface FoldOptions {
  readonly folds: number;
  /** The share of the records not held out that choose epoch, rate and penalties. */
  readonly validation: number;
  readonly seed: number;
}

/** Each record held out once; a group in one part of a fold alone, labels shared out as evenly as that allows. */
export function foldsOf(records: readonly LabelledRecord[], { folds, validation, seed }: FoldOptions): FoldData[] {
  return kFolds({ ...labelsAndGroups(records), folds, seed }).folds.map(({ training, heldOut }) => {
    const rest = at(records, training);
    const { parts } = split({ ...labelsAndGroups(rest), fractions: [1 - validation, validation], seed });
    return { train: at(rest, parts[0]), validation: at(rest, parts[1]), test: at(records, heldOut), heldOut };
  });
}

const at = (records: readonly LabelledRecord[], rows: Int32Array) => Array.from(rows, (row) => records[row]);

const labelsAndGroups = (records: readonly LabelledRecord[]) => ({
  labels: records.map(({ label }) => label),
  groups: records.map(({ group }) => group),
});
