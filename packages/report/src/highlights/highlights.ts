import { count, plural } from '../format';
import { type Content, type Html, html, trusted } from '../html';
import { renderPage } from '../render-report';
import { checkHighlights, countFound, type HighlightedText, type Piece, piecesOf } from './pieces';

export interface HighlightOptions {
  /** Most texts shown, the first ones; 50 unless given. */
  readonly most?: number;
  /** What stands under the heading, such as the scores. */
  readonly note?: Content;
}

/** Two signs that can be told apart without colour: predicted pieces have a background, true ones a line under them. */
const style = `
.highlights .card { margin-bottom: 14px; }
.highlights .text { white-space: pre-line; overflow-wrap: anywhere; line-height: 1.9; margin: 8px 0 0; }
.highlights mark { background: none; color: inherit; padding: 1px 0; }
.highlights .predicted { background: rgb(var(--hit) / .2); }
.highlights .truth { text-decoration: underline solid 2px rgb(var(--miss)); text-underline-offset: 4px; text-decoration-skip-ink: none; }
.highlights .both { text-decoration-color: var(--up); }
.highlights sub { font-size: 10px; color: var(--muted); text-decoration: none; margin: 0 2px; vertical-align: -3px; overflow-wrap: normal; }
`;

/**
 * A section of texts whose true and predicted pieces are marked: a predicted one has a background, a true one a line under it, so what was
 * missed has the line alone and what is too much the background alone.
 *
 * Where there are several labels, a piece's own stands behind it. Throws RangeError for a span outside its text, and for overlapping spans of
 * one list.
 * @example highlightsSection([{ text: 'Knows Java', truth: [{ start: 6, end: 10, label: 'SKILL' }], predicted: [] }])
 */
export function highlightsSection(texts: readonly HighlightedText[], { most = 50, note }: HighlightOptions = {}): Html {
  checkHighlights(texts);
  const shown = texts.slice(0, most);
  const labels = new Set(texts.flatMap(({ truth, predicted }) => [...truth, ...predicted].map(({ label }) => label)));
  return html`<section class="highlights" aria-labelledby="highlights">
<style>${trusted(style)}</style>
<h2 id="highlights">True and predicted</h2>
${note !== undefined && html`<p>${note}</p>`}
<p class="note"><mark class="truth predicted both">Found</mark>, <mark class="truth">missed</mark>, <mark class="predicted">too much</mark>. ${
    shown.length < texts.length
      ? `The first ${count(shown.length)} of ${plural(texts.length, 'text')}.`
      : `${plural(texts.length, 'text')}.`
  }</p>
${shown.map((text) => card(text, labels.size > 1))}
</section>`;
}

/** `highlightsSection` as a page of its own, one HTML file that needs nothing else. */
export function renderHighlights(
  { title, generatedAt }: { readonly title: string; readonly generatedAt: string },
  texts: readonly HighlightedText[],
  options: HighlightOptions = {},
): string {
  return renderPage({ title, generatedAt, kind: 'Spans, true and predicted' }, [highlightsSection(texts, options)]);
}

function card(text: HighlightedText, withLabels: boolean): Html {
  const found = countFound(text);
  const extra = text.predicted.length - found;
  const figures = `${count(found)} of ${count(text.truth.length)} found${extra > 0 ? `, ${count(extra)} too much` : ''}`;
  return html`<article class="card"><h3>${text.name !== undefined && html`<bdi>${text.name}</bdi>: `}${figures}</h3>
<p class="text" dir="auto">${piecesOf(text).map((piece) => marked(piece, withLabels))}</p></article>
`;
}

function marked(piece: Piece, withLabels: boolean): Content {
  const { text, truth, predicted } = piece;
  if (!truth && !predicted) return text;
  const kinds = [truth && 'truth', predicted && 'predicted', truth && predicted && 'both'].filter(Boolean);
  const said = [truth && `true: ${truth.label}`, predicted && `predicted: ${predicted.label}`].filter(Boolean);
  const label = withLabels && labelAt(piece);
  return html`<mark class="${kinds.join(' ')}" title="${said.join(', ')}">${text}</mark>${label && html`<sub>${label}</sub>`}`;
}

/** The label behind the last piece of a span; both where they differ. */
function labelAt({ truth, predicted, isEnd }: Piece): string | false {
  if (!isEnd) return false;
  if (truth && predicted && truth.label !== predicted.label) return `${predicted.label}, truly ${truth.label}`;
  return (truth ?? predicted)?.label ?? false;
}
