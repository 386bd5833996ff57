import { decimal } from '../page/format';
import { type Html, html } from '../page/html';

/** A term and the change of a label's log-odds per unit of the term. */
export interface WeightedTerm {
  /** The word or words. */
  readonly term: string;
  /** Weight of the term; positive if it supports the label. */
  readonly weight: number;
}

/** Options of `featureImportanceSection`. */
export interface FeatureImportanceOptions {
  /** The label of the weights. */
  readonly label: string;
  /** The terms with the largest and the smallest weights, as from `featureImportance` of `@attune/baseline`. */
  readonly positive: readonly WeightedTerm[];
  /** The terms with the smallest weights, the smallest first. */
  readonly negative: readonly WeightedTerm[];
  /** The model of the weights; default `TF-IDF and logistic regression`. */
  readonly model?: string;
}

/**
 * A section with the most important terms of a linear model, with bars in proportion to their weights.
 *
 * @example featureImportanceSection({ label: 'high', positive: [{ term: '2021', weight: 1.4 }], negative: [{ term: '2016', weight: -2.1 }] })
 */
export function featureImportanceSection(options: FeatureImportanceOptions): Html {
  const { label, positive, negative, model = 'TF-IDF and logistic regression' } = options;
  const largest = [...positive, ...negative].reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0);
  return html`<section aria-labelledby="features">
<h2 id="features">Most important terms</h2>
<p class="note">The terms with the largest weights in ${model}. A weight is the change per unit of the term in the log-odds of <bdi>${label}</bdi>.</p>
<div class="cards">${card(`For ${label}`, positive, { largest, kind: 'model' })}${card(`Against ${label}`, negative, { largest, kind: 'baseline' })}</div>
</section>`;
}

function card(heading: string, terms: readonly WeightedTerm[], bars: { largest: number; kind: string }): Html {
  return html`<div class="card"><h3 dir="auto">${heading}</h3>
${terms.length === 0 ? html`<p class="note">None.</p>` : terms.map((term) => bar(term, bars))}</div>`;
}

function bar({ term, weight }: WeightedTerm, { largest, kind }: { largest: number; kind: string }): Html {
  const share = largest === 0 ? 0 : Math.abs(weight) / largest;
  return html`<div class="bar ${kind}"><span dir="auto">${term}</span><span>${decimal(weight)}</span><i style="--share:${share.toFixed(4)}"></i></div>
`;
}
