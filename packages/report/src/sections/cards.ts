// Cards with one metric each, at the top of a report.

import { decisionText, otherFigures, type TunedMetrics } from '../decision';
import { type Estimate, shownBy } from '../intervals';
import { count, percent, plural, points } from '../page/format';
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

/** Says that what follows is of a sample, where not every prediction was kept. */
export function sampleNote(data: Pick<RunData, 'summary'>, shown: number, noun = 'text'): Html | false {
  const all = data.summary.testExamples;
  return (
    shown < all &&
    html`<p class="note">Figures are of all ${plural(all, noun)}; intervals, tables and drawings are of ${count(shown)} of them, evenly chosen, of which the run keeps the predictions.</p>
`
  );
}

/** Of a run that kept no predictions. */
export const withoutNote: Html = html`<p class="note">The run has no predictions.jsonl: what is shown of single texts is left out.</p>
`;

/** `test texts`, or `kept test texts` where the run keeps the predictions of a sample. */
export const keptTexts = (data: Pick<RunData, 'summary' | 'test'>): string =>
  `${data.test.texts.length < data.summary.testExamples ? 'kept ' : ''}${partOf(data)} texts`;

interface ShareCard {
  readonly name: string;
  readonly model: number;
  readonly baseline?: number;
  /** Of the model's figure. */
  readonly interval?: Estimate;
  /** How far the model is ahead; without it a change has no sign of better or worse. */
  readonly difference?: Estimate;
}

/** A metric in [0, 1] of the model, beside that of the baseline. */
export function shareCard({ name, model, baseline, interval, difference }: ShareCard): Html {
  const shown = difference ? shownBy(difference) : 'nothing';
  const kind = { ahead: ' up', behind: ' down', nothing: '' }[shown];
  return html`<div class="card"><h3>${name}</h3>
<p class="big">${percent(model)}${
    baseline !== undefined &&
    html` <span class="change${kind}">${points(model - baseline)} points${difference && shown === 'nothing' && ', no difference shown'}</span>`
  }</p>
${bar('Model', 'model', model)}
${baseline === undefined ? html`<p class="note">No baseline was trained.</p>` : bar('TF-IDF + logistic regression', 'baseline', baseline)}
${interval && html`<p class="note">${intervalText(interval)}</p>\n`}</div>
`;
}

/** `95% interval 61.2% to 70.4%`. */
export const intervalText = ({ low, high }: Estimate, shown: (value: number) => string = percent): string =>
  `95% interval ${shown(low)} to ${shown(high)}`;

function bar(name: string, kind: string, share: number): Html {
  return html`<div class="bar ${kind}"><span>${name}</span><span>${percent(share)}</span><i style="--share:${share.toFixed(4)}"></i></div>`;
}

/** A metric with a note. */
export function metricCard(name: string, value: string, note: string): Html {
  return html`<div class="card small"><h3>${name}</h3><p class="big">${value}</p>
<p class="note">${note}</p></div>
`;
}
