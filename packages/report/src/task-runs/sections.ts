import { count, duration } from '../format';
import { type Content, type Html, html } from '../html';
import type { RunFacts } from '../report-data';

type Named = readonly [name: string, value: Content];

/** A figure on a card each, under a heading. */
export function figureCards(heading: string, figures: readonly (readonly [...Named, note: string])[]): Html {
  return html`<section aria-labelledby="result">
<h2 id="result">${heading}</h2>
<div class="cards">
${figures.map(
  ([name, value, note]) => html`<div class="card small"><h3>${name}</h3><p class="big">${value}</p>
<p class="note">${note}</p></div>
`,
)}</div>
</section>`;
}

/** How fast the run was, and what else is known of it. */
export function runFacts({ seconds, epochs, tokensPerSecond, engine }: RunFacts, more: readonly Named[]): Html {
  const entries: readonly Named[] = [
    ['Training time', duration(seconds)],
    ['Epochs', count(epochs)],
    ['Tokens a second (padding not counted)', count(tokensPerSecond)],
    ['Engine', engine],
    ...more,
  ];
  return html`<section aria-labelledby="facts">
<h2 id="facts">Speed and data</h2>
<dl>${entries.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
  )}</dl>
</section>`;
}
