// Texts with their true and predicted spans marked.
import { count, plural } from '../page/format';
import { type Content, type Html, html, trusted } from '../page/html';
import { renderPage } from '../page/page';

/** A labeled span `[start, end)` of a text, in UTF-16 units. */
export interface HighlightSpan {
  /** Index of its first UTF-16 unit. */
  readonly start: number;
  /** Index after its last UTF-16 unit. */
  readonly end: number;
  /** The kind of span, such as `SKILL`. */
  readonly label: string;
}

/** A text with its true and predicted spans; those of one list are in any order and do not overlap. */
export interface HighlightedText {
  /** The text that spans are of. */
  readonly text: string;
  /** True spans, which are underlined. */
  readonly truth: readonly HighlightSpan[];
  /** Predicted spans, which have a background. */
  readonly predicted: readonly HighlightSpan[];
  /** Heading of the text, such as a file and a line; default none. */
  readonly name?: string;
}

/** Options of `highlightsSection` and `renderHighlights`. */
export interface HighlightOptions {
  /** Maximum number of texts shown, from the first; default 50. */
  readonly most?: number;
  /** Paragraph below the heading, such as the scores; default none. */
  readonly note?: Content;
}

/** Marks that do not depend on color: predicted spans have a background, true ones are underlined, with a wavy line if type or ends differ. */
const style = `
.highlights .card { margin-bottom: 14px; }
.highlights .text { white-space: pre-line; overflow-wrap: anywhere; line-height: 1.9; margin: 8px 0 0; }
.highlights mark { background: none; color: inherit; padding: 1px 0; }
.highlights .predicted { background: rgb(var(--hit) / .2); }
.highlights .truth { text-decoration: underline solid 2px rgb(var(--miss)); text-underline-offset: 4px; text-decoration-skip-ink: none; }
.highlights .both { text-decoration-color: var(--up); }
.highlights .differs { text-decoration-style: wavy; text-decoration-color: rgb(var(--miss)); text-decoration-thickness: 1.5px; }
.highlights sub { font-size: 10px; color: var(--muted); text-decoration: none; margin: 0 2px; vertical-align: -3px; overflow-wrap: normal; }
`;

/**
 * A section of texts with their spans marked: predicted spans have a background and true ones are underlined, so a missed span is only
 * underlined and a spurious one only has the background.
 *
 * With several labels, the label follows its span.
 * @throws RangeError for a span outside its text, and for overlapping spans of one list.
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
<p class="note"><mark class="truth predicted both">Found</mark>, <mark class="truth">missed</mark>, <mark class="predicted">spurious</mark>, <mark class="truth predicted both differs">wrong type or ends</mark>. ${
    shown.length < texts.length
      ? `The first ${count(shown.length)} of ${plural(texts.length, 'text')}.`
      : `${plural(texts.length, 'text')}.`
  }</p>
${shown.map((text) => card(text, labels.size > 1))}
</section>`;
}

/**
 * Renders `highlightsSection` as a separate page, one self-contained HTML file.
 *
 * @throws RangeError as `highlightsSection`.
 * @example renderHighlights({ title: 'Skills', generatedAt: '2026-01-31' }, [{ text, truth, predicted }])
 */
export function renderHighlights(
  {
    title,
    generatedAt,
  }: {
    /** Heading of the page. */
    readonly title: string;
    /** Date of the page, as it is printed. */
    readonly generatedAt: string;
  },
  texts: readonly HighlightedText[],
  options: HighlightOptions = {},
): string {
  return renderPage({ title, generatedAt, kind: 'Spans, true and predicted' }, [highlightsSection(texts, options)]);
}

function card(text: HighlightedText, withLabels: boolean): Html {
  const found = countFound(text);
  const extra = text.predicted.length - found;
  const summary = `${count(found)} of ${count(text.truth.length)} found${extra > 0 ? `, ${count(extra)} spurious` : ''}`;
  return html`<article class="card"><h3>${text.name !== undefined && html`<bdi>${text.name}</bdi>: `}${summary}</h3>
<p class="text" dir="auto">${piecesOf(text).map((piece) => marked(piece, withLabels))}</p></article>
`;
}

function marked(piece: Piece, withLabels: boolean): Content {
  const { text, truth, predicted } = piece;
  if (!truth && !predicted) return text;
  const differs = truth && predicted && keyOf(truth) !== keyOf(predicted);
  const kinds = [truth && 'truth', predicted && 'predicted', truth && predicted && 'both', differs && 'differs'].filter(
    Boolean,
  );
  const title = [truth && `true: ${truth.label}`, predicted && `predicted: ${predicted.label}`].filter(Boolean);
  const label = withLabels && labelAt(piece);
  return html`<mark class="${kinds.join(' ')}" title="${title.join(', ')}">${text}</mark>${label && html`<sub>${label}</sub>`}`;
}

/** The label after the last piece of a span; both labels if they differ. */
function labelAt({ truth, predicted, isEnd }: Piece): string | false {
  if (!isEnd) return false;
  if (truth && predicted && truth.label !== predicted.label) return `${predicted.label}, truly ${truth.label}`;
  return (truth ?? predicted)?.label ?? false;
}

/** A piece of a text between two ends of spans. */
interface Piece {
  readonly text: string;
  /** The true and the predicted span that cover it. */
  readonly truth?: HighlightSpan;
  readonly predicted?: HighlightSpan;
  /** Whether one of the two spans ends here. */
  readonly isEnd: boolean;
}

/** The pieces of a text. */
function piecesOf({ text, truth, predicted }: HighlightedText): Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...truth, ...predicted]) cuts.add(start).add(end);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => {
    const covers = (span: HighlightSpan) => span.start <= places[i] && span.end >= end;
    const own = { truth: truth.find(covers), predicted: predicted.find(covers) };
    return { text: text.slice(places[i], end), ...own, isEnd: own.truth?.end === end || own.predicted?.end === end };
  });
}

/** Number of predicted spans that are true: both ends and label. */
function countFound({ truth, predicted }: HighlightedText): number {
  const known = new Set(truth.map(keyOf));
  return predicted.filter((span) => known.has(keyOf(span))).length;
}

const keyOf = ({ start, end, label }: HighlightSpan) => `${start} ${end} ${label}`;

/** Throws RangeError for a span outside its text, an empty one, and one that overlaps another of its list. */
function checkHighlights(texts: readonly HighlightedText[]): void {
  texts.forEach(({ text, ...lists }, i) => {
    for (const name of ['truth', 'predicted'] as const) {
      const spans = [...lists[name]].sort((a, b) => a.start - b.start);
      spans.forEach(({ start, end }, j) => {
        const from = j === 0 ? 0 : spans[j - 1].end;
        if (Number.isInteger(start) && Number.isInteger(end) && start >= from && end > start && end <= text.length)
          return;
        throw new RangeError(
          `highlights: ${name} of text ${i} expected non-empty spans within its ${text.length} characters that do not overlap, got ${start} to ${end}; correct the spans`,
        );
      });
    }
  });
}
