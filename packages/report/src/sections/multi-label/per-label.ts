import { type MultiLabelReport, multiLabelReport, type Scores } from '@attune/metrics';
import { labelMarkup } from '../../class-label';
import { count, points, score } from '../../format';
import { type Html, html } from '../../html';
import type { MultiLabelReportData } from '../../report-data';

/** Precision, recall, F1 and support of every label, the baseline's F1 beside; a click on a heading sorts. */
export function perLabel(data: MultiLabelReportData): Html {
  const { test, labels } = data;
  const model = multiLabelReport(test.yTrue, test.yPred, { labels });
  const baseline = data.baseline && multiLabelReport(test.yTrue, data.baseline.yPred, { labels });
  const heads = ['Precision', 'Recall', 'F1', ...(baseline ? ['Baseline F1', 'Gain (points)'] : []), 'Texts'];
  return html`<section aria-labelledby="labels">
<h2 id="labels">Labels</h2>
<div class="scroll"><table class="sortable"><caption class="hidden">Scores by label</caption>
<thead><tr><th scope="col"><button type="button">Label</button></th>${heads.map((name) => html`<th scope="col" class="number"><button type="button">${name}</button></th>`)}</tr></thead>
<tbody>${labels.map((_, id) => labelRow(data, { id, model, baseline }))}</tbody>
<tfoot>${(['macro', 'micro'] as const).map((name) => averageRow(name, model[name], baseline?.[name]))}</tfoot>
</table></div>
</section>`;
}

interface Row {
  readonly id: number;
  readonly model: MultiLabelReport;
  readonly baseline?: MultiLabelReport;
}

function labelRow(data: MultiLabelReportData, { id, model, baseline }: Row): Html {
  const label = data.labels[id];
  const { support, ...own } = model.perClass[label];
  return html`<tr><th scope="row"><span>${labelMarkup(data, id)}</span></th>${cells(own, baseline?.perClass[label])}${number(support, count)}</tr>
`;
}

function averageRow(name: 'macro' | 'micro', own: Scores, other: Scores | undefined): Html {
  return html`<tr><th scope="row">${{ macro: 'Macro average', micro: 'Micro average' }[name]}</th>${cells(own, other)}<td></td></tr>
`;
}

function cells({ precision, recall, f1 }: Scores, other: Scores | undefined): Html {
  return html`${number(precision)}${number(recall)}<td class="number f1" data-value="${f1}" style="--share:${f1.toFixed(3)}">${score(f1)}</td>${
    other && html`${number(other.f1)}${number(f1 - other.f1, points)}`
  }`;
}

function number(value: number, shown: (value: number) => string = score): Html {
  return html`<td class="number" data-value="${value}">${shown(value)}</td>`;
}
