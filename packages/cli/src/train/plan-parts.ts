import { parseFractions } from '@attune/data';
import type { TrainFlags } from '../commands/train';
import { UsageError } from '../usage-error';

/** Which part of the data comes from where. */
export type PartsPlan =
  /** `--data` is shared out; its last part is the test part where there are three. */
  | {
      readonly kind: 'split';
      readonly fractions: readonly number[];
      readonly percents: string;
      readonly testData?: string;
    }
  /** All of `--data` is for training. */
  | { readonly kind: 'files'; readonly evalData: string; readonly testData?: string };

export type PlanFlags = Partial<Pick<TrainFlags, 'evalData' | 'testData' | 'split' | 'groupBy'>>;

/**
 * What `--eval-data`, `--test-data` and `--split` mean together.
 *
 * @param usual how `--data` is shared out unless `--split` says; 80/10/10, or 90/10 beside test data, unless given
 * @throws UsageError where they contradict one another
 */
export function planParts({ evalData, testData, split, groupBy }: PlanFlags, usual?: string): PartsPlan {
  if (evalData !== undefined) {
    if (split !== undefined) throw contradicts('--split');
    if (groupBy !== undefined) throw contradicts('--group-by');
    return { kind: 'files', evalData, testData };
  }
  const percents = split ?? usual ?? (testData === undefined ? '80/10/10' : '90/10');
  const fractions = parseFractions(percents);
  if (testData !== undefined && fractions.length === 3)
    throw new UsageError(`--split: expected two parts, training and validation, beside --test-data, got ${percents}`);
  return { kind: 'split', fractions, percents, testData };
}

function contradicts(flag: string): UsageError {
  return new UsageError(
    `${flag}: expected no --eval-data beside it, which makes all of --data training data; drop one`,
  );
}
