// Cards with one metric each, at the top of a report.

import { decisionText, otherFigures, type TunedMetrics } from '../decision';
import { percent, plural, points } from '../page/format';
import { type Content, type Html, html } from '../page/html';
import { partOf, type RunData } from '../run-data';

/** A section of cards under the heading `Result on … test texts`. */
export function resultSection(
  data: Pick<RunData, 'summary'>,
  { noun = 'text', cards, below }: { noun?: string; cards: Content; below?: Content },
): Html {
  return html`<section aria-labelledby="result">
<h2 id="result">Result on ${plural(data.summary.testExamples, `${partOf(data)} ${noun}`)}</h2>
<div class="cards">
${cards}</div>
${below}</section>`;
}

/** What was tuned after training: the other figures, and what to know of the scores. */
export function decisionNote<Metrics>(
  summary: TunedMetrics<Metrics>,
  shown: (metrics: Metrics) => string,
): Html | undefined {
  const text = decisionText(summary);
  if (!text) return undefined;
  const other = otherFigures(summary, shown);
  return html`<p class="note">${other && `${other}. `}${text}</p>`;
}

/** A metric in [0, 1] of the model, beside that of the baseline. */
export function shareCard(name: string, model: number, baseline: number | undefined): Html {
  return html`<div class="card"><h3>${name}</h3>
<p class="big">${percent(model)}${
    baseline !== undefined &&
    html` <span class="change ${model >= baseline ? 'up' : 'down'}">${points(model - baseline)} points</span>`
  }</p>
${bar('Model', 'model', model)}
${baseline === undefined ? html`<p class="note">No baseline was trained.</p>` : bar('TF-IDF + logistic regression', 'baseline', baseline)}
</div>
`;
}

function bar(name: string, kind: string, share: number): Html {
  return html`<div class="bar ${kind}"><span>${name}</span><span>${percent(share)}</span><i style="--share:${share.toFixed(4)}"></i></div>`;
}

/** A metric with a note. */
export function metricCard(name: string, value: string, note: string): Html {
  return html`<div class="card small"><h3>${name}</h3><p class="big">${value}</p>
<p class="note">${note}</p></div>
`;
}
