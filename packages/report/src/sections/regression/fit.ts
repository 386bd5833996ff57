import { type Html, html } from '../../html';
import type { RegressionReportData } from '../../report-data';
import { histogram, scatter } from './drawings';

/** Predicted values by true ones, and how the residuals are spread. */
export function fit({ test: { yTrue, yPred } }: RegressionReportData): Html {
  const residuals = Array.from(yPred, (value, i) => value - yTrue[i]);
  return html`<section aria-labelledby="fit">
<h2 id="fit">Predicted and true</h2>
<div class="charts">
<figure class="card"><figcaption>Predicted value by true one; on the line they are equal</figcaption>${scatter(yTrue, yPred)}</figure>
<figure class="card"><figcaption>Residuals (predicted − true): texts in each range</figcaption>${histogram(residuals)}</figure>
</div>
</section>`;
}
