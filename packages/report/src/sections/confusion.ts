import { type Confusion, confusions } from '@attune/metrics';
import { count, percent, plural } from '../page/format';
import { type Html, html } from '../page/html';
import { labelMarkup } from './labels';
import { type ConfusionData, foldedMatrix, type Matrix, wholeMatrix } from './matrix';

export type { ConfusionData };

/** With more classes than this, the matrix is of those that were confused most. */
const mostClasses = 100;

/**
 * A section with the confusion matrix, true classes as rows and predicted ones as columns, and the pairs confused most often.
 *
 * Of more than a hundred classes, the forty that are in the most frequent confusions have a row and a column of their own; all others
 * share one.
 *
 * @example confusionSection({ labels: ['low', 'high'], test: { yTrue: [0, 0, 1], yPred: [0, 1, 1] } })
 */
export function confusionSection(data: ConfusionData): Html {
  const { yTrue, yPred } = data.test;
  const ids = data.labels.map((_, id) => id);
  const pairs = confusions(yTrue, yPred, { labels: ids });
  const isFolded = ids.length > mostClasses;
  const matrix = isFolded ? foldedMatrix(data, pairs) : wholeMatrix(data, ids);
  const upright = matrix.classes.every(({ label }) => label.length <= 6);
  return html`<section aria-labelledby="confusion">
<h2 id="confusion">Confusion matrix</h2>
<p class="note">Rows: the true class. Columns: the predicted one. Shading: share of the row. Numbers: texts; point at one for its share.${isFolded && ` These are the ${matrix.classes.length - 1} classes that were confused most; the other ${count(ids.length - matrix.classes.length + 1)} are in the last row and column together.`}</p>
<div class="scroll tall"><table class="matrix${!upright && ' turned'}"><caption class="hidden">True class by predicted class</caption>
<thead><tr><th scope="col" class="corner">true ↓ predicted →</th>${matrix.classes.map(({ label, title }) => html`<th scope="col" title="${title}"><span>${label}</span></th>`)}</tr></thead>
<tbody>${matrix.counts.map((_, truth) => matrixRow(matrix, truth))}</tbody></table></div>
${mostOften(data, pairs)}
</section>`;
}

function matrixRow(matrix: Matrix, truth: number): Html {
  const { title, markup } = matrix.classes[truth];
  const row = matrix.counts[truth];
  const total = row.reduce((sum, value) => sum + value, 0);
  return html`<tr><th scope="row" title="${title}"><span>${markup}</span></th>${row.map((value, predicted) => cell(matrix, { truth, predicted, value, total }))}</tr>
`;
}

interface Cell {
  readonly truth: number;
  readonly predicted: number;
  readonly value: number;
  readonly total: number;
}

function cell({ classes, wrongAmongOthers }: Matrix, { truth, predicted, value, total }: Cell): Html {
  const hit = truth === predicted;
  if (value === 0) return hit ? html`<td class="hit">0</td>` : html`<td></td>`;
  const share = value / total;
  const isOthers = hit && truth === classes.length - 1 && wrongAmongOthers !== undefined;
  const right = isOthers ? `right or, ${count(wrongAmongOthers)} of them, taken for another of these` : 'right';
  const outcome = hit ? right : `taken for ${classes[predicted].title}`;
  const title = `${classes[truth].title}, ${outcome}: ${count(value)} of ${count(total)} (${percent(share)})`;
  const kind = `${hit ? 'hit' : 'miss'}${share > 0.5 ? ' dark' : ''}`;
  return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${title}">${value}</td>`;
}

/** How many pairs are told in words. */
const mostPairs = 8;

/** The pairs confused most often, in words. */
function mostOften(data: ConfusionData, pairs: readonly Confusion<number>[]): Html | false {
  if (pairs.length === 0) return false;
  return html`<h3>Most often mixed up</h3>
<ol class="pairs">${pairs.slice(0, mostPairs).map(
    (
      pair,
    ) => html`<li><b>${plural(pair.count, 'text')}</b> of ${labelMarkup(data, pair.truth)} taken for ${labelMarkup(data, pair.predicted)}</li>
`,
  )}</ol>`;
}
