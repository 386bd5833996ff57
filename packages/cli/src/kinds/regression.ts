import { regressionReport } from '@attune/metrics';
import { decimalPattern } from '../program/command';
import type { ProblemKind } from './kind';

/** A number per text. */
export const regression: ProblemKind<number> = {
  expected: 'a number',
  code: 'DATA_LABEL_INVALID',
  read(field) {
    const value = decimalPattern.test(field.trim()) ? Number(field) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  },
  names: () => [],
  strata: () => undefined,
  splitBy: 'at random',
  format: String,
  target: (value) => value,
  evaluate: ({ truth, logits, loss }) => ({
    examples: truth.length,
    ...regressionReport(truth, Float64Array.from(logits)),
    loss,
  }),
  evaluationMetrics: { mae: 'mean absolute error', rmse: 'root mean squared error', r2: 'R²', loss: 'loss' },
  summaryMetrics: { mae: 'MAE', rmse: 'RMSE', r2: 'R²' },
  baselineName: () => "the training texts' mean",
};
