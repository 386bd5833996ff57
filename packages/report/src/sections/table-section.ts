import { type Content, type Html, html } from '../page/html';

/** The table that `tableSection` shows. */
export interface TableSectionOptions {
  /** An HTML id, unique on the page. */
  readonly id: string;
  /** Printed above the section. */
  readonly heading: string;
  /** Paragraph below the heading; default none. */
  readonly note?: Content;
  /** Column heads; columns of numbers are aligned right. */
  readonly columns: readonly (
    | string
    | {
        /** Head of the column. */
        readonly name: string;
        /** Marks a column of numbers. */
        readonly number: true;
      }
  )[];
  /** Cells of each row, as many as there are columns. */
  readonly rows: readonly (readonly Content[])[];
}

/**
 * A section with one table, in a box that scrolls on narrow pages.
 *
 * @throws RangeError for a row with another number of cells than columns.
 * @example tableSection({ id: 'models', heading: 'Models', columns: ['Model', { name: 'F1', number: true }], rows: [['TF-IDF', '0.71']] })
 */
export function tableSection({ id, heading, note, columns, rows }: TableSectionOptions): Html {
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong >= 0)
    throw new RangeError(
      `tableSection: row ${wrong} expected ${columns.length} cells, one per column, got ${rows[wrong].length}`,
    );
  const isNumber = columns.map((column) => typeof column === 'object');
  const head = (column: TableSectionOptions['columns'][number], i: number) =>
    html`<th scope="col"${isNumber[i] && html` class="number"`}>${typeof column === 'object' ? column.name : column}</th>`;
  const cell = (content: Content, i: number) =>
    isNumber[i] ? html`<td class="number">${content}</td>` : html`<td dir="auto">${content}</td>`;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${note !== undefined && html`<p class="note">${note}</p>`}
<div class="scroll"><table class="listing"><caption class="hidden">${heading}</caption>
<thead><tr>${columns.map(head)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>
</section>`;
}
