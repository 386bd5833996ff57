import { confusionMatrix } from '@attune/metrics';
import { count, percent, plural } from '../page/format';
import { type Html, html } from '../page/html';
import { fullLabel, type Labels, labelMarkup } from './labels';

/** Labels, and the true and predicted class ids of the texts. */
export interface ConfusionData extends Labels {
  readonly test: { readonly yTrue: ArrayLike<number>; readonly yPred: ArrayLike<number> };
}

/**
 * A section with the confusion matrix, true classes as rows and predicted ones as columns, and the pairs confused most often.
 *
 * @example confusionSection({ labels: ['low', 'high'], test: { yTrue: [0, 0, 1], yPred: [0, 1, 1] } })
 */
export function confusionSection(data: ConfusionData): Html {
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
  readonly truth: number;
  readonly predicted: number;
  readonly value: number;
  readonly total: number;
}

function cell(data: ConfusionData, { truth, predicted, value, total }: Cell): Html {
  const hit = truth === predicted;
  if (value === 0) return hit ? html`<td class="hit">0</td>` : html`<td></td>`;
  const share = value / total;
  const outcome = hit ? 'right' : `taken for ${fullLabel(data, predicted)}`;
  const title = `${fullLabel(data, truth)}, ${outcome}: ${count(value)} of ${count(total)} (${percent(share)})`;
  const kind = `${hit ? 'hit' : 'miss'}${share > 0.5 ? ' dark' : ''}`;
  return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${title}">${value}</td>`;
}

const mostConfusions = 8;

/** The pairs confused most often, in words. */
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
