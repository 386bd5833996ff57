import { labelMarkup } from '../../class-label';
import { count, percent, shorten } from '../../format';
import { type Html, html } from '../../html';
import { type MultiLabelReportData, partOf } from '../../report-data';

const mostErrors = 25;
const longestText = 400;

interface Miss {
  readonly row: number;
  readonly id: number;
  readonly score: number;
  readonly isMissing: boolean;
}

/** The single decisions that are most wrong: labels given surely that are not there, and the other way round. */
export function labelErrors(data: MultiLabelReportData): Html {
  const { texts } = data.test;
  const misses = missesOf(data).sort((a, b) => surenessOf(b) - surenessOf(a));
  const wrong = new Set(misses.map(({ row }) => row)).size;
  return html`<section aria-labelledby="errors">
<h2 id="errors">Surest errors</h2>
<p class="note">${count(wrong)} of ${count(texts.length)} ${partOf(data)} texts have a wrong label or miss one; the ${count(Math.min(misses.length, mostErrors))} decisions the model was surest of:</p>
<div class="scroll"><table class="errors"><caption class="hidden">Wrong decisions by probability</caption>
<thead><tr><th scope="col">Text</th><th scope="col">Label</th><th scope="col">Error</th><th scope="col" class="number">Probability</th></tr></thead>
<tbody>${misses.slice(0, mostErrors).map((miss) => missRow(data, miss))}</tbody></table></div>
</section>`;
}

function missesOf({ labels, test: { yTrue, yPred, scores } }: MultiLabelReportData): Miss[] {
  return yTrue.flatMap((truth, row) =>
    labels.flatMap((_, id) =>
      truth[id] === yPred[row][id]
        ? []
        : [{ row, id, score: scores[row * labels.length + id], isMissing: truth[id] === 1 }],
    ),
  );
}

const surenessOf = ({ score, isMissing }: Miss) => (isMissing ? 1 - score : score);

function missRow(data: MultiLabelReportData, { row, id, score, isMissing }: Miss): Html {
  const text = data.test.texts[row];
  return html`<tr><td class="text" dir="auto">${text.trim() === '' ? html`<em>empty text</em>` : shorten(text, longestText)}</td><td>${labelMarkup(data, id)}</td><td>${isMissing ? 'missed' : 'given wrongly'}</td><td class="number">${percent(score)}</td></tr>
`;
}
