// The page around sections: one HTML file with inline style and script, which loads and runs nothing else.
import type { RunData } from '../run-data';
import { type Html, html, toMarkup, trusted } from './html';
import { pageStyle } from './style';

/** The head of a page. */
export interface PageHead extends Pick<RunData, 'title' | 'generatedAt'> {
  /** The kind of page, printed below the title; default `Training report`. */
  readonly kind?: string;
}

/**
 * Renders sections, such as those of `tableSection` and `confusionSection`, as one HTML file like a report.
 *
 * @example renderPage({ title: 'Districts', kind: 'Errors', generatedAt: '2026-01-31' }, [confusionSection({ labels, test: { yTrue, yPred } })])
 */
export function renderPage(
  { title, generatedAt, kind = 'Training report' }: PageHead,
  sections: readonly (Html | false)[],
): string {
  return toMarkup(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<header><h1 dir="auto">${title}</h1><p class="note">${kind}, ${generatedAt}</p></header>
<main>
${sections}
</main>
<footer>Made by @attune/report.</footer>
<script>${trusted(tableSortScript)}</script>
</body>
</html>
`);
}

/** Sorts a table on a click on a heading; the page is complete without it. */
export const tableSortScript = `
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector('button')?.addEventListener('click', () => {
    const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const number = head.classList.contains('number');
    const down = head.hasAttribute('aria-sort') ? head.getAttribute('aria-sort') === 'ascending' : number;
    const compare = (a, b) => number ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b), 'en', { numeric: true });
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * compare(a, b));
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    table.tBodies[0].append(...rows);
  }));
}
`;

/** SHA-256 of the script, for the content security policy: the only script that a browser runs on the page. */
export const tableSortHash = 'sha256-zMjODLZvou9fwkCKw/V4C04FOO05Ar89/u2rQT6HDPg=';

const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${tableSortHash}'; base-uri 'none'; form-action 'none'`;
