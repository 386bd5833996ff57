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

/** A note about values tuned after training: the other metrics, and the meaning of the scores. */
export function decisionNote<Metrics>(
  summary: TunedMetrics<Metrics>,
  shown: (metrics: Metrics) => string,
): Html | undefined {
  const text = decisionText(summary);
  if (!text) return undefined;
  const other = otherFigures(summary, shown);
  return html`<p class="note">${other && `${other}. `}${text}</p>`;
}

/** A note that the following sections show a sample, if not all predictions were kept. */
export function sampleNote(data: Pick<RunData, 'summary'>, shown: number, noun = 'text'): Html | false {
  const all = data.summary.testExamples;
  return (
    shown < all &&
    html`<p class="note">Metrics are for all ${plural(all, noun)}. Intervals, tables and charts are for an even sample of ${count(shown)}, whose predictions the run keeps.</p>
`
  );
}

/** A note for a run without predictions. */
export const withoutNote: Html = html`<p class="note">The run has no predictions.jsonl, so sections about single texts are missing.</p>
`;

/** `test texts`, or `kept test texts` where the run keeps the predictions of a sample. */
export const keptTexts = (data: Pick<RunData, 'summary' | 'test'>): string =>
  `${data.test.texts.length < data.summary.testExamples ? 'kept ' : ''}${partOf(data)} texts`;

interface ShareCard {
  readonly name: string;
  readonly model: number;
  readonly baseline?: number;
  /** Interval of the model's metric. */
  readonly interval?: Estimate;
  /** Difference to the baseline with its interval; without it a change is not marked as better or worse. */
  readonly difference?: Estimate;
}

/** A metric in [0, 1] of model and baseline. */
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
