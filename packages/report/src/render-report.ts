import { type Html, html, toMarkup, trusted } from './html';
import { pageStyle } from './page-style';
import { checkReportData, type ReportData } from './report-data';
import { configuration } from './sections/configuration';
import { curves } from './sections/curves';
import { facts } from './sections/facts';
import { headline } from './sections/headline';
import { matrix } from './sections/matrix';
import { perClass } from './sections/per-class';
import { worstErrors } from './sections/worst-errors';
import { tableSortHash, tableSortScript } from './table-sort';

/**
 * Renders a run as one HTML page that needs nothing else: style, drawings and its few lines of script are inside, and its
 * content security policy lets a browser load and run nothing more. The same data always gives the same page.
 *
 * ```ts
 * const page = renderReport({ title: 'Sectors', config, history, summary, labels, test, generatedAt: '2026-01-31' });
 * ```
 *
 * Any number of classes from two up. Throws RangeError when there is no test text, the columns of `test` differ in length,
 * or a class id is not one of `labels`.
 */
export function renderReport(data: ReportData): string {
  checkReportData(data);
  const sections = [headline, curves, matrix, perClass, worstErrors, facts, configuration];
  return toMarkup(
    page(
      data,
      sections.map((section) => section(data)),
    ),
  );
}

const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${tableSortHash}'; base-uri 'none'; form-action 'none'`;

function page({ title, generatedAt }: ReportData, sections: readonly Html[]): Html {
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
<header><h1 dir="auto">${title}</h1><p class="note">Training report, ${generatedAt}</p></header>
<main>
${sections}
</main>
<footer>Made by @attune/report.</footer>
<script>${trusted(tableSortScript)}</script>
</body>
</html>
`;
}
