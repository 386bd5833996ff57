import { decimal, plural, score } from '../../format';
import { type Html, html } from '../../html';
import { partOf, type RegressionReportData } from '../../report-data';

/** The errors, the model's beside those of always predicting the mean. */
export function valueHeadline(data: RegressionReportData): Html {
  const { summary } = data;
  const { baseline } = summary;
  return html`<section aria-labelledby="result">
<h2 id="result">Result on ${plural(summary.testExamples, `${partOf(data)} text`)}</h2>
<div class="cards">
${card('Mean absolute error', decimal(summary.mae), baseline && decimal(baseline.mae))}
${card('Root mean squared error', decimal(summary.rmse), baseline && decimal(baseline.rmse))}
${card('R²', score(summary.r2), baseline && score(baseline.r2))}
</div>
<p class="note">Errors are in the target's own unit. R² is the share of the targets' variance that the model explains: 1 is perfect, 0 as good as the mean.</p>
</section>`;
}

function card(name: string, model: string, baseline: string | null | undefined): Html {
  const beside = baseline ? `the training texts' mean for every text: ${baseline}` : 'No baseline was computed.';
  return html`<div class="card"><h3>${name}</h3><p class="big">${model}</p><p class="note">${beside}</p></div>`;
}
