import { count, score } from '../format';
import { type Html, html } from '../html';
import type { EntityScores, TokenRunData } from './task-run-data';

/** Precision, recall, F1 and support of every type of entity, then of all together; a click on a heading sorts. */
export function entityTable({ summary }: TokenRunData): Html {
  const { perEntity, precision, recall, f1, scheme, mode } = summary;
  const heads = ['Type', 'Precision', 'Recall', 'F1', 'Entities'];
  const all = precision !== undefined && recall !== undefined && f1 !== undefined && { precision, recall, f1 };
  return html`<section aria-labelledby="entities">
<h2 id="entities">${scheme === 'none' ? 'Tags' : 'Entities'}</h2>
<div class="scroll"><table class="sortable"><caption class="hidden">Scores by type</caption>
<thead><tr>${heads.map((name, i) => html`<th scope="col"${i > 0 && html` class="number"`}><button type="button">${name}</button></th>`)}</tr></thead>
<tbody>${Object.entries(perEntity).map(([type, own]) => entityRow(type, own))}</tbody>
${
  all &&
  html`<tfoot><tr><th scope="row">All types</th>${[all.precision, all.recall, all.f1].map((value) => html`<td class="number">${score(value)}</td>`)}<td></td></tr></tfoot>`
}
</table></div>
<p class="note">${
    scheme === 'none'
      ? 'Each tag counts by itself.'
      : html`An entity is found if its type and both its ends are; tags read as ${scheme}, ${mode}.`
  }</p>
</section>`;
}

function entityRow(type: string, { precision, recall, f1, support }: EntityScores): Html {
  const numbers = [precision, recall, f1].map(
    (value) => html`<td class="number" data-value="${value}">${score(value)}</td>`,
  );
  return html`<tr><th scope="row"><bdi>${type}</bdi></th>${numbers}<td class="number" data-value="${support}">${count(support)}</td></tr>
`;
}
