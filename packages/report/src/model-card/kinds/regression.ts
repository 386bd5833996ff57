import { decimal, score } from '../../format';
import type { RegressionReportData } from '../../report-data';
import type { CardKind } from '../card-kind';

/** A number a text. */
export const regressionCard: CardKind<RegressionReportData> = {
  what: 'A text regression',
  metrics: ['mse', 'mae'],
  figures: ({ summary }) => [
    { type: 'mae', name: 'Mean absolute error', value: summary.mae },
    { type: 'mse', name: 'Mean squared error', value: summary.mse },
    { type: 'r_squared', name: 'R squared', value: summary.r2 },
  ],
  lines({ summary: { mae, rmse, r2, baseline } }) {
    const other =
      baseline &&
      `Baseline (always the training texts' mean): mean absolute error ${decimal(baseline.mae)}, R² ${score(baseline.r2)}`;
    return [
      `Mean absolute error: ${decimal(mae)}`,
      `Root mean squared error: ${decimal(rmse)}`,
      `R²: ${score(r2)}`,
      ...(other ? [other] : []),
    ];
  },
  answers: () => [
    'It gives a text a number.',
    'It always answers with one, also for a text in another language, or unlike its training texts.',
  ],
  classes: () => '',
  columns: [
    ['Mean absolute error', 'mae'],
    ['Root mean squared error', 'rmse'],
    ['R²', 'r2'],
  ],
  bias({ test: { yTrue, yPred } }) {
    const mean = Array.from(yPred, (value, i) => value - yTrue[i]).reduce((a, b) => a + b, 0) / yTrue.length;
    return [`On average it predicts ${decimal(Math.abs(mean))} too ${mean < 0 ? 'little' : 'much'}.`];
  },
};
