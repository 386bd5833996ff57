// Regression: the data of a run, its sections of the report, and its part of the model card.
import { histogram, scatter } from '../charts/value-charts';
import { errorStatistics, intervalsOf } from '../intervals';
import { count, decimal, score } from '../page/format';
import { type Html, html } from '../page/html';
import { checkColumns, partOf, type RunData, type RunFacts, type TestTexts } from '../run-data';
import { intervalText, resultSection, sampleNote } from '../sections/cards';
import { curves } from '../sections/curves';
import { configurationSection, type Fact, factsSection } from '../sections/facts';
import { errorTable, linesNote, mostErrors, textCell } from '../sections/score-table';
import { usageSection } from '../sections/usage';
import type { ProblemKind } from './problem-kind';

/** Errors in the unit of the target, `mse` in its square. */
interface ErrorMetrics {
  /** Mean squared error. */
  readonly mse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Root mean squared error. */
  readonly rmse: number;
  /** Share of the targets' variance that is explained, at most 1. */
  readonly r2: number;
}

/** The data of a report of a regression. */
export interface RegressionReportData extends RunData {
  /** Selects this kind of page. */
  readonly problemType: 'regression';
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts &
    ErrorMetrics & {
      /** The metrics of a baseline that always predicts the training mean; null or absent without one. */
      readonly baseline?: ErrorMetrics | null;
    };
  /** The texts that the metrics are of, with true and predicted numbers. */
  readonly test: TestTexts & {
    /** True number of each text. */
    readonly yTrue: ArrayLike<number>;
    /** Predicted number of each text. */
    readonly yPred: ArrayLike<number>;
  };
}

export const regression: ProblemKind<RegressionReportData> = {
  check: ({ test }) => checkColumns(test, { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred }),
  sections: [
    headline,
    curves,
    fit,
    largestErrors,
    usageSection,
    (data) => factsSection(data, targetFacts(data)),
    configurationSection,
  ],
  card: {
    what: 'A text regression',
    hubMetrics: ['mse', 'mae'],
    metrics: ({ summary }) => [
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
      'It predicts a number for a text.',
      'It predicts a number for any text, also in another language or unlike its training texts.',
    ],
    classes: () => '',
    sideBySide: [
      ['mae', 'MAE', false],
      ['rmse', 'RMSE', false],
      ['r2', 'R²', false],
    ],
    columns: [
      ['Mean absolute error', 'mae'],
      ['Root mean squared error', 'rmse'],
      ['R²', 'r2'],
    ],
    bias({ test: { yTrue, yPred } }) {
      const mean = Array.from(yPred, (value, i) => value - yTrue[i]).reduce((a, b) => a + b, 0) / yTrue.length;
      return [`On average it predicts ${decimal(Math.abs(mean))} too ${mean < 0 ? 'low' : 'high'}.`];
    },
  },
};

/** The errors, compared with those of always predicting the mean. */
function headline(data: RegressionReportData): Html {
  const { summary, test } = data;
  const { baseline } = summary;
  const interval = intervalsOf(test.texts.length, errorStatistics(test));
  const errorCard = (name: string, metric: 'mae' | 'rmse') =>
    card(name, decimal(summary[metric]), {
      baseline: baseline && decimal(baseline[metric]),
      interval: intervalText(interval[metric], decimal),
    });
  return resultSection(data, {
    cards: html`${errorCard('Mean absolute error', 'mae')}${errorCard('Root mean squared error', 'rmse')}${card('R²', score(summary.r2), { baseline: baseline && score(baseline.r2) })}`,
    below: html`${sampleNote(data, test.texts.length)}<p class="note">Errors are in the unit of the target. R² is the share of the targets' variance that the model explains: 1 is perfect, 0 as good as the mean.</p>
`,
  });
}

interface Beside {
  readonly baseline: string | null | undefined;
  readonly interval?: string;
}

function card(name: string, model: string, { baseline, interval }: Beside): Html {
  const beside = baseline ? `the training texts' mean for every text: ${baseline}` : 'No baseline was computed.';
  return html`<div class="card"><h3>${name}</h3><p class="big">${model}</p><p class="note">${beside}</p>${interval && html`<p class="note">${interval}</p>`}</div>
`;
}

/** Predicted against true values, and the distribution of residuals. */
function fit({ test: { yTrue, yPred } }: RegressionReportData): Html {
  const residuals = Array.from(yPred, (value, i) => value - yTrue[i]);
  return html`<section aria-labelledby="fit">
<h2 id="fit">Predicted and true</h2>
<div class="charts">
<figure class="card"><figcaption>Predicted value by true one; on the line they are equal</figcaption>${scatter(yTrue, yPred)}</figure>
<figure class="card"><figcaption>Residuals (predicted − true): texts in each range</figcaption>${histogram(residuals)}</figure>
</div>
</section>`;
}

/** The predictions with the largest errors, which often have a wrong target. */
function largestErrors(data: RegressionReportData): Html {
  const { texts, yTrue, yPred } = data.test;
  const order = texts.map((_, i) => i).sort((a, b) => Math.abs(yPred[b] - yTrue[b]) - Math.abs(yPred[a] - yTrue[a]));
  const shown = order.slice(0, mostErrors);
  const table = errorTable(
    'Predictions by error',
    { heads: ['Text'], numbers: ['True', 'Predicted', 'Error'] },
    shown.map((i) => errorRow(textCell(data.test, i), [yTrue[i], yPred[i], yPred[i] - yTrue[i]])),
  );
  return html`<section aria-labelledby="errors">
<h2 id="errors">Largest errors</h2>
<p class="note">The ${count(shown.length)} of ${count(texts.length)} ${partOf(data)} texts with the largest errors:</p>
${table}${linesNote(data.test)}
</section>`;
}

function errorRow(text: Html, numbers: readonly number[]): Html {
  return html`<tr>${text}${numbers.map((value) => html`<td class="number">${decimal(value)}</td>`)}</tr>
`;
}

/** Range, median and mean of the targets. */
function targetFacts(data: RegressionReportData): Fact[] {
  const values = Array.from(data.test.yTrue).sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    [`Targets in ${partOf(data)}`, `${decimal(values[0])} to ${decimal(values.at(-1))}`],
    ['Their median and mean', `${decimal(values[values.length >> 1])}, ${decimal(mean)}`],
  ];
}
