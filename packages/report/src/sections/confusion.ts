import { type Confusion, confusions } from '@attune/metrics';
import { count, percent, plural } from '../page/format';
import { type Html, html } from '../page/html';
import { labelMarkup } from './labels';
import { type ConfusionData, foldedMatrix, type Matrix, wholeMatrix } from './matrix';

export type { ConfusionData };

/** With more classes than this, the matrix shows those that were confused most. */
const mostClasses = 100;

/**
 * A section with the confusion matrix, true classes as rows and predicted ones as columns, and the pairs confused most often.
 *
 * With more than a hundred classes, the forty in the most frequent confusions have their own row and column; all others share one.
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
<p class="note">Rows are true classes, columns predicted ones. Numbers are texts; hover over one for its share of the row, which is also the shading.${isFolded && ` Shown are the ${matrix.classes.length - 1} classes that were confused most; the other ${count(ids.length - matrix.classes.length + 1)} share the last row and column.`}</p>
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
  const right = isOthers ? `right, or confused with another of these classes (${count(wrongAmongOthers)})` : 'right';
  const outcome = hit ? right : `predicted as ${classes[predicted].title}`;
  const title = `${classes[truth].title}, ${outcome}: ${count(value)} of ${count(total)} (${percent(share)})`;
  const kind = `${hit ? 'hit' : 'miss'}${share > 0.5 ? ' dark' : ''}`;
  return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${title}">${value}</td>`;
}

/** Maximum pairs in the list. */
const mostPairs = 8;

/** The list of the pairs confused most often. */
function mostOften(data: ConfusionData, pairs: readonly Confusion<number>[]): Html | false {
  if (pairs.length === 0) return false;
  return html`<h3>Most frequent confusions</h3>
<ol class="pairs">${pairs.slice(0, mostPairs).map(
    (
      pair,
    ) => html`<li><b>${plural(pair.count, 'text')}</b> of ${labelMarkup(data, pair.truth)} predicted as ${labelMarkup(data, pair.predicted)}</li>
`,
  )}</ol>`;
}
