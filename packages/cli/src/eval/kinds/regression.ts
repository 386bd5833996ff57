import { regressionReport } from '@attune/metrics';
import type { EvaluationKind } from '../evaluation';

/** A number a text. */
export const regressionEvaluation: EvaluationKind<number> = {
  target: (value) => value,
  evaluation: ({ rows, logits, loss }) => ({
    examples: rows.texts.length,
    ...regressionReport(rows.labels, Float64Array.from(logits)),
    loss,
  }),
  shown: { mae: 'mean absolute error', rmse: 'root mean squared error', r2: 'R²', loss: 'loss' },
};
