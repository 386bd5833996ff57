// Sortable tables of scores by class, label, entity type or group, and tables of the largest errors.
import type { Scores } from '@attune/metrics';
import { score, shorten } from '../page/format';
import { type Content, type Html, html } from '../page/html';
import type { TestTexts } from '../run-data';

export interface ScoreTable {
  /** The id of the section's heading. */
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  /** Paragraph above the table. */
  readonly note?: Html;
  /** Column heads: first the names, then numbers. A click on a head sorts. */
  readonly heads: readonly Content[];
  readonly rows: readonly Html[];
  /** The foot of the table, which is not sorted. */
  readonly foot?: Content;
  /** Paragraph below the table. */
  readonly below?: Html;
}

/** A section with a sortable table. */
export function scoreTable({ id, heading, caption, note, heads, rows, foot, below }: ScoreTable): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${note && html`${note}\n`}<div class="scroll"><table class="sortable"><caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((head, i) => html`<th scope="col"${i > 0 && html` class="number"`}><button type="button">${head}</button></th>`)}</tr></thead>
<tbody>${rows}</tbody>
${foot && html`<tfoot>${foot}</tfoot>`}
</table></div>
${below && html`${below}\n`}</section>`;
}

/** Cells of precision, recall and F1, and of the baseline's F1 and the gain over it. */
export function scoreCells(
  { precision, recall, f1 }: Scores,
  other: Scores | undefined,
  gainCell: (gain: number) => Html,
): Html {
  return html`${numberCell(precision)}${numberCell(recall)}<td class="number f1" data-value="${f1}" style="--share:${f1.toFixed(3)}">${score(f1)}</td>${
    other && html`${numberCell(other.f1)}${gainCell(f1 - other.f1)}`
  }`;
}

/** A cell with a number, sorted by its value. */
export function numberCell(value: number, shown: (value: number) => string = score): Html {
  return html`<td class="number" data-value="${value}">${shown(value)}</td>`;
}

/** Number of rows in a table of errors. */
export const mostErrors = 25;

/** A table of wrong predictions; `numbers` are the heads of columns of numbers, after those of text. */
export function errorTable(
  caption: string,
  { heads, numbers }: { heads: readonly string[]; numbers: readonly string[] },
  rows: readonly Html[],
): Html {
  return html`<div class="scroll"><table class="errors"><caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}${numbers.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** The cell of a text in a table of errors, at most 400 characters of it, below the line of its file. */
export function textCell({ texts, lines }: TestTexts, i: number): Html {
  const shown = texts[i].trim() === '' ? html`<em>empty text</em>` : shorten(texts[i], 400);
  return html`<td class="text" dir="auto">${lines && html`<span class="line">line ${lines[i]}</span> `}${shown}</td>`;
}

/** Where the lines of a table of errors are found, below it. */
export function linesNote({ file, lines }: TestTexts): Html | false {
  return lines !== undefined && html`\n<p class="note">Lines are those of ${file ?? 'the file'}, counted from 1.</p>`;
}
