import { count, decimal, shorten } from '../../format';
import { type Html, html } from '../../html';
import { partOf, type RegressionReportData } from '../../report-data';

const mostErrors = 25;
const longestText = 400;

/** The predictions that lie furthest off: often a target that is itself wrong. */
export function valueErrors(data: RegressionReportData): Html {
  const { texts, yTrue, yPred } = data.test;
  const order = texts.map((_, i) => i).sort((a, b) => Math.abs(yPred[b] - yTrue[b]) - Math.abs(yPred[a] - yTrue[a]));
  const shown = order.slice(0, mostErrors);
  return html`<section aria-labelledby="errors">
<h2 id="errors">Largest errors</h2>
<p class="note">The ${count(shown.length)} of ${count(texts.length)} ${partOf(data)} texts whose prediction is furthest off:</p>
<div class="scroll"><table class="errors"><caption class="hidden">Predictions by error</caption>
<thead><tr><th scope="col">Text</th>${['True', 'Predicted', 'Error'].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${shown.map((i) => errorRow(texts[i], [yTrue[i], yPred[i], yPred[i] - yTrue[i]]))}</tbody></table></div>
</section>`;
}

function errorRow(text: string, numbers: readonly number[]): Html {
  const shown = text.trim() === '' ? html`<em>empty text</em>` : shorten(text, longestText);
  return html`<tr><td class="text" dir="auto">${shown}</td>${numbers.map((value) => html`<td class="number">${decimal(value)}</td>`)}</tr>
`;
}
