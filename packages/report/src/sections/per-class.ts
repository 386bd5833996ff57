import { type ClassificationReport, type ClassScores, classificationReport, type Scores } from '@attune/metrics';
import { labelMarkup, labelName } from '../class-label';
import { count, points, score } from '../format';
import { type Html, html } from '../html';
import type { ReportData } from '../report-data';

/** Precision, recall, F1 and support of every class, the baseline's F1 beside; a click on a heading sorts. */
export function perClass(data: ReportData): Html {
  const model = classificationReport(data.test.yTrue, data.test.yPred);
  const baseline = data.baseline && classificationReport(data.test.yTrue, data.baseline.yPred);
  return html`<section aria-labelledby="classes">
<h2 id="classes">Classes</h2>
<div class="scroll"><table class="sortable"><caption class="hidden">Scores by class</caption>
<thead><tr>${heads(data)}</tr></thead>
<tbody>${data.labels.map((_, id) => classRow(data, { id, model, baseline }))}</tbody>
<tfoot>${averageRow('Macro average', model.macro, baseline?.macro)}${averageRow('Weighted average', model.weighted, baseline?.weighted)}</tfoot>
</table></div>
<p class="note">Averages are over the classes that occur in truth or prediction.</p>
</section>`;
}

function heads(data: ReportData): Html[] {
  const numbers = ['Precision', 'Recall', 'F1', ...(data.baseline ? ['Baseline F1', 'Gain (points)'] : []), 'Texts'];
  const named = data.labels.some((_, id) => labelName(data, id) !== undefined);
  return [
    html`<th scope="col"><button type="button">Class${named && ' and name'}</button></th>`,
    ...numbers.map((name) => html`<th scope="col" class="number"><button type="button">${name}</button></th>`),
  ];
}

type Report = ClassificationReport<number>;
const absent: ClassScores = { precision: 0, recall: 0, f1: 0, support: 0 };

function classRow(data: ReportData, { id, model, baseline }: { id: number; model: Report; baseline?: Report }): Html {
  const own = model.perClass[id] ?? absent;
  const other = baseline && (baseline.perClass[id] ?? absent);
  return html`<tr><th scope="row"><span>${labelMarkup(data, id)}</span></th>${scoreCells(own, other)}<td class="number" data-value="${own.support}">${count(own.support)}</td></tr>
`;
}

function averageRow(name: string, own: Scores, other: Scores | undefined): Html {
  return html`<tr><th scope="row">${name}</th>${scoreCells(own, other)}<td></td></tr>
`;
}

function scoreCells(own: Scores, other: Scores | undefined): Html {
  return html`${number(own.precision)}${number(own.recall)}<td class="number f1" data-value="${own.f1}" style="--share:${own.f1.toFixed(3)}">${score(own.f1)}</td>${
    other && html`${number(other.f1)}${gain(own.f1 - other.f1)}`
  }`;
}

function number(value: number): Html {
  return html`<td class="number" data-value="${value}">${score(value)}</td>`;
}

function gain(difference: number): Html {
  const kind = Math.abs(difference) < 0.0005 ? '' : difference > 0 ? ' up' : ' down';
  return html`<td class="number${kind}" data-value="${difference}">${points(difference)}</td>`;
}
