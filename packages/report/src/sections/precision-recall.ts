import { averagePrecision } from '@attune/metrics';
import { thin } from '../charts/history';
import { type Curve, lineChart } from '../charts/line-chart';
import { percent, plural, score } from '../page/format';
import { type Html, html } from '../page/html';
import { steps } from './certainty';

/** The scores of a model, higher for examples that are more likely positive. */
export interface ScoredModel {
  /** Name of the model in tables and legends. */
  readonly name: string;
  /** Score of each example. */
  readonly scores: ArrayLike<number>;
}

const colors = ['var(--model)', 'var(--third)', 'var(--second)', 'var(--up)'];
/** More points than this are indistinguishable. */
const mostPoints = 400;

/**
 * A section with precision by recall of one to four models on the same examples, and the average precision of each.
 *
 * `yTrue` is 0 or 1. Curves are steps, as average precision adds them up, without interpolation.
 * @throws RangeError for no model or more than four, and as `precisionRecallCurve` of `@attune/metrics`.
 * @example precisionRecallSection([1, 0, 1], [{ name: 'TF-IDF', scores: [0.9, 0.2, 0.6] }])
 */
export function precisionRecallSection(yTrue: ArrayLike<number>, models: readonly ScoredModel[]): Html {
  if (models.length === 0 || models.length > colors.length)
    throw new RangeError(`precisionRecallSection: expected 1 to ${colors.length} models, got ${models.length}`);
  const positives = Array.from(yTrue).filter((value) => value === 1).length;
  const curves = models.map(
    ({ name, scores }, i): Curve => ({ name, color: colors[i], points: thin(steps(yTrue, scores), mostPoints) }),
  );
  const shown = { id: 'precision-recall-curve', xName: 'recall', formatY: (value: number) => percent(value, 0) };
  return html`<section aria-labelledby="precision-recall">
<h2 id="precision-recall">Precision and recall</h2>
<p class="note">At every threshold, from the most confident prediction down. ${plural(positives, 'positive')} of ${plural(yTrue.length, 'example')}: chance is a precision of ${percent(positives / yTrue.length)}.</p>
<div class="charts"><figure class="card"><figcaption>Precision by recall</figcaption>${lineChart({ ...shown, curves, shares: true, legend: false })}</figure>
<div class="card"><h3>Average precision</h3><dl class="legend">${models.map(
    (
      { name, scores },
      i,
    ) => html`<div><dt style="--curve:${colors[i]}">${name}</dt><dd>${score(averagePrecision(yTrue, scores))}</dd></div>
`,
  )}</dl></div></div>
</section>`;
}
