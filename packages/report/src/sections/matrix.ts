import { confusionMatrix } from '@attune/metrics';
import { fullLabel, labelMarkup } from '../class-label';
import { count, percent, plural } from '../format';
import { type Html, html } from '../html';
import type { ReportData } from '../report-data';

/** The labels, what they mean, and the class ids of each text. */
export interface ConfusionData extends Pick<ReportData, 'labels' | 'labelNames'> {
  readonly test: Pick<ReportData['test'], 'yTrue' | 'yPred'>;
}

/** Rows are true classes, columns predicted ones; a cell is as dark as its share of its row. */
export function matrix(data: ConfusionData): Html {
  const ids = data.labels.map((_, id) => id);
  const counts = confusionMatrix(data.test.yTrue, data.test.yPred, { labels: ids });
  const upright = data.labels.every((label) => label.length <= 6);
  return html`<section aria-labelledby="confusion">
<h2 id="confusion">Confusion matrix</h2>
<p class="note">Rows: the true class. Columns: the predicted one. Shading: share of the row. Numbers: texts; point at one for its share.</p>
<div class="scroll tall"><table class="matrix${!upright && ' turned'}"><caption class="hidden">True class by predicted class</caption>
<thead><tr><th scope="col" class="corner">true ↓ predicted →</th>${ids.map((id) => columnHead(data, id))}</tr></thead>
<tbody>${counts.map((row, truth) => matrixRow(data, truth, row))}</tbody></table></div>
${confusions(data, counts)}
</section>`;
}

function columnHead(data: ConfusionData, id: number): Html {
  return html`<th scope="col" title="${fullLabel(data, id)}"><span>${data.labels[id]}</span></th>`;
}

function matrixRow(data: ConfusionData, truth: number, row: readonly number[]): Html {
  const total = row.reduce((sum, value) => sum + value, 0);
  return html`<tr><th scope="row" title="${fullLabel(data, truth)}"><span>${labelMarkup(data, truth)}</span></th>${row.map((value, predicted) => cell(data, { truth, predicted, value, total }))}</tr>
`;
}

interface Cell {
  truth: number;
  predicted: number;
  value: number;
  total: number;
}

function cell(data: ConfusionData, { truth, predicted, value, total }: Cell): Html {
  const hit = truth === predicted;
  if (value === 0) return hit ? html`<td class="hit">0</td>` : html`<td></td>`;
  const share = value / total;
  const said = hit ? 'right' : `taken for ${fullLabel(data, predicted)}`;
  const title = `${fullLabel(data, truth)}, ${said}: ${count(value)} of ${count(total)} (${percent(share)})`;
  const kind = `${hit ? 'hit' : 'miss'}${share > 0.5 ? ' dark' : ''}`;
  return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${title}">${value}</td>`;
}

const mostConfusions = 8;

/** The pairs that are mixed up most often, in words: what a matrix of many classes hides. */
function confusions(data: ConfusionData, counts: readonly number[][]): Html | false {
  const pairs = counts.flatMap((row, truth) => row.map((value, predicted) => ({ truth, predicted, value })));
  const wrong = pairs.filter(({ truth, predicted, value }) => truth !== predicted && value > 0);
  if (wrong.length === 0) return false;
  wrong.sort((a, b) => b.value - a.value);
  return html`<h3>Most often mixed up</h3>
<ol class="pairs">${wrong.slice(0, mostConfusions).map(
    ({
      truth,
      predicted,
      value,
    }) => html`<li><b>${plural(value, 'text')}</b> of ${labelMarkup(data, truth)} taken for ${labelMarkup(data, predicted)}</li>
`,
  )}</ol>`;
}
