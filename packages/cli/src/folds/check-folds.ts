import type { TrainFlags } from '../commands/train';
import { UsageError } from '../usage-error';

/**
 * Refuses what does not go with `--folds`.
 *
 * @throws UsageError naming the flag
 */
export function checkFolds(flags: TrainFlags, folds: number): void {
  const { split, evalData, testData, earlyStoppingPatience, metricForBestModel } = flags;
  if (!Number.isInteger(folds) || folds < 2) throw new UsageError(`--folds: expected an integer ≥ 2, got ${folds}`);
  const shared = { '--split': split, '--eval-data': evalData };
  for (const [flag, value] of Object.entries(shared))
    if (value !== undefined)
      throw new UsageError(`${flag}: expected no --folds beside it, which shares all of --data out; drop one`);
  const choosing = {
    '--early-stopping-patience': earlyStoppingPatience,
    '--metric-for-best-model': metricForBestModel,
  };
  for (const [flag, value] of Object.entries(choosing))
    if (value !== undefined && testData === undefined)
      throw new UsageError(
        `${flag}: expected --test-data beside it with --folds: results are of the part held out, which must choose nothing; drop it, or name a test file`,
      );
}
