// The most confident wrong decisions of a multi-label classifier.
import { count, percent } from '../page/format';
import { type Html, html } from '../page/html';
import { keptTexts } from '../sections/cards';
import { labelMarkup } from '../sections/labels';
import { errorTable, linesNote, mostErrors, textCell } from '../sections/score-table';
import type { MultiLabelReportData } from './multi-label-data';

/** One wrong decision: a label that is predicted but not true, or true but not predicted. */
interface Miss {
  readonly row: number;
  readonly id: number;
  readonly score: number;
  readonly isMissing: boolean;
}

/** The most confident wrong decisions about single labels. */
export function surestErrors(data: MultiLabelReportData): Html {
  const { texts } = data.test;
  const misses = missesOf(data).sort((a, b) => surenessOf(b) - surenessOf(a));
  const wrong = new Set(misses.map(({ row }) => row)).size;
  const table = errorTable(
    'Wrong decisions by probability',
    { heads: ['Text', 'Label', 'Error'], numbers: ['Probability'] },
    misses.slice(0, mostErrors).map((miss) => missRow(data, miss)),
  );
  return html`<section aria-labelledby="errors">
<h2 id="errors">Most confident errors</h2>
<p class="note">${count(wrong)} of ${count(texts.length)} ${keptTexts(data)} have a wrong label or miss one. The ${count(Math.min(misses.length, mostErrors))} most confident wrong decisions:</p>
${table}${linesNote(data.test)}
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
  return html`<tr>${textCell(data.test, row)}<td>${labelMarkup(data, id)}</td><td>${isMissing ? 'missed' : 'wrongly assigned'}</td><td class="number">${percent(score)}</td></tr>
`;
}
