// Quality of a model's probabilities: reliability diagram, and precision by recall at every threshold.
import { averagePrecision, calibrationError, precisionRecallCurve } from '@attune/metrics';
import { type Points, thin } from '../charts/history';
import { type Curve, lineChart } from '../charts/line-chart';
import { count, percent, score } from '../page/format';
import { type Content, type Html, html } from '../page/html';

/** Predictions: whether each is right, and its probability. */
export interface Certain {
  readonly right: ArrayLike<number>;
  readonly probabilities: ArrayLike<number>;
}

/** A curve of precision by recall. */
export interface Ranked {
  readonly name: string;
  /** 0 or 1. */
  readonly yTrue: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
}

interface Certainty {
  /** Noun for the decisions: `predictions`, or `labels`. */
  readonly of: string;
  readonly certain: Certain;
  readonly ranked: readonly Ranked[];
  /** Note below the curves of precision by recall. */
  readonly note: Content;
}

const bins = 10;
const colors = ['var(--model)', 'var(--third)', 'var(--second)', 'var(--up)'];
const dashes = ['solid', 'dashed', 'dotted', 'dashed'] as const;
/** More points than this are indistinguishable. */
const mostPoints = 300;
/** Maximum decisions for the charts; of more an evenly spaced sample is used, without visible change. */
const mostDecisions = 500_000;

/** A section with the reliability diagram, the bins in a table, and curves of precision by recall. */
export function certaintySection({ of, certain, ranked, note }: Certainty): Html {
  const { right, probabilities } = thinned(certain);
  const { expected, bins: all } = calibrationError(right, probabilities, { bins });
  const filled = all.filter((bin) => bin.count > 0);
  const curve = {
    name: 'model',
    color: colors[0],
    points: filled.map((bin): [number, number] => [bin.confidence, bin.accuracy]),
    dots: true,
  };
  const perfect: Curve = {
    name: 'perfectly calibrated',
    color: 'var(--second)',
    points: [
      [0, 0],
      [1, 1],
    ],
    faint: true,
  };
  const shown = { formatY: (value: number) => percent(value, 0), shares: true };
  return html`<section aria-labelledby="certainty">
<h2 id="certainty">Probabilities</h2>
<div class="charts">
<figure class="card"><figcaption>Reliability: share of right ${of}, by probability</figcaption>${lineChart({ ...shown, id: 'reliability', xName: 'probability', curves: [perfect, curve] })}
<p class="note">Expected calibration error ${score(expected)}: the mean distance between the probability and the share of right ${of}. Above the diagonal the model is underconfident, below it overconfident.</p></figure>
<figure class="card"><figcaption>Precision by recall</figcaption>${lineChart({ ...shown, id: 'precision-by-recall', xName: 'recall', curves: ranked.slice(0, colors.length).map(rankedCurve), legend: ranked.length > 1 })}
<p class="note">${note} Average precision: ${ranked.map((each, i) => `${i > 0 ? ', ' : ''}${ranked.length > 1 ? `${each.name} ` : ''}${score(averagePrecision(...arraysOf(each)))}`)}.</p></figure>
</div>
<details><summary>Table of reliability</summary>
<div class="scroll"><table class="plain"><caption class="hidden">Reliability by probability</caption>
<thead><tr>${['Probability', 'Mean', 'Right', 'Number'].map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
<tbody>${filled.map(
    (
      bin,
    ) => html`<tr><td class="number">${percent(bin.low, 0)}–${percent(bin.high, 0)}</td><td class="number">${percent(bin.confidence)}</td><td class="number">${percent(bin.accuracy)}</td><td class="number">${count(bin.count)}</td></tr>
`,
  )}</tbody></table></div></details>
</section>`;
}

/** The curve of precision by recall, from the most confident decision down. */
function rankedCurve(ranked: Ranked, i: number): Curve {
  return { name: ranked.name, color: colors[i], dash: dashes[i], points: thin(steps(...arraysOf(ranked)), mostPoints) };
}

type Arrays = readonly [yTrue: ArrayLike<number>, scores: ArrayLike<number>];

function arraysOf({ yTrue, scores }: Ranked): Arrays {
  const { right, probabilities } = thinned({ right: yTrue, probabilities: scores });
  return [right, probabilities];
}

/** An evenly spaced sample of many decisions. */
function thinned({ right, probabilities }: Certain): Certain {
  const every = Math.ceil(right.length / mostDecisions);
  if (every <= 1) return { right, probabilities: Array.from(probabilities, (p) => Math.min(1, p)) };
  const places = Array.from({ length: Math.floor(right.length / every) }, (_, i) => i * every);
  return { right: places.map((i) => right[i]), probabilities: places.map((i) => Math.min(1, probabilities[i])) };
}

/** The corners of the curve, by rising recall. */
export function steps(yTrue: ArrayLike<number>, scores: ArrayLike<number>): Points {
  const { precision, recall } = precisionRecallCurve(yTrue, scores, { dropIntermediate: true });
  const last = recall.length - 1; // (0, 1), which belongs to no threshold
  return [...recall.keys()]
    .reverse()
    .slice(1)
    .flatMap(
      (i): Points => [
        [i + 1 === last ? 0 : recall[i + 1], precision[i]],
        [recall[i], precision[i]],
      ],
    );
}
