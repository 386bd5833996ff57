import { type Html, html, toMarkup, trusted } from './html';
import { kindOf } from './kinds';
import { pageStyle } from './page-style';
import type { AnyReportData, RunData } from './report-data';
import { tableSortHash, tableSortScript } from './table-sort';

/**
 * Renders a run as one HTML page that needs nothing else: style, drawings and its few lines of script are inside, and its
 * content security policy lets a browser load and run nothing more. The same data always gives the same page.
 *
 * ```ts
 * const page = renderReport({ title: 'Sectors', config, history, summary, labels, test, generatedAt: '2026-01-31' });
 * ```
 *
 * One label a text (any number of classes from two up), several, or a number, by `problemType`. Throws RangeError when there is no test text, the columns of `test` differ in length,
 * or a class id is not one of `labels`.
 */
export function renderReport(data: AnyReportData): string {
  const { check, sections } = kindOf(data);
  check(data);
  return toMarkup(
    page(
      data,
      sections.map((section) => section(data)),
    ),
  );
}

const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${tableSortHash}'; base-uri 'none'; form-action 'none'`;

/** What stands at the top of a page. */
export interface PageHead extends Pick<RunData, 'title' | 'generatedAt'> {
  /** What the page is; a training report unless given. */
  readonly kind?: string;
}

/**
 * A page of sections of your choice, such as `tableSection` and `confusionSection` give, as one HTML file like a report's.
 *
 * @example renderPage({ title: 'Districts', kind: 'Errors', generatedAt: '2026-01-31' }, [confusionSection({ labels, test: { yTrue, yPred } })])
 */
export function renderPage(head: PageHead, sections: readonly Html[]): string {
  return toMarkup(page(head, sections));
}

/** The page around a report's sections. */
export function page({ title, generatedAt, kind = 'Training report' }: PageHead, sections: readonly Html[]): Html {
  return html`<!doctype html>
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
`;
}
