/** A labelled piece `[start, end)` of a text, in UTF-16 units. */
export interface HighlightSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** A piece of a text that no span begins or ends within. */
export interface Piece {
  readonly text: string;
  /** The true span that it is in, and the predicted one. */
  readonly truth?: HighlightSpan;
  readonly predicted?: HighlightSpan;
  /** Whether one of the two ends with it. */
  readonly isEnd: boolean;
}

/** A text with what is true of it and what was predicted; spans of a list are in any order and apart. */
export interface HighlightedText {
  readonly text: string;
  readonly truth: readonly HighlightSpan[];
  readonly predicted: readonly HighlightSpan[];
  /** What the text is called. */
  readonly name?: string;
}

/** Cuts a text wherever a span begins or ends. */
export function piecesOf({ text, truth, predicted }: HighlightedText): Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...truth, ...predicted]) cuts.add(start).add(end);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => {
    const covers = (span: HighlightSpan) => span.start <= places[i] && span.end >= end;
    const own = { truth: truth.find(covers), predicted: predicted.find(covers) };
    return { text: text.slice(places[i], end), ...own, isEnd: own.truth?.end === end || own.predicted?.end === end };
  });
}

/** Predicted spans that are true ones, both ends and label. */
export function countFound({ truth, predicted }: HighlightedText): number {
  const keyOf = ({ start, end, label }: HighlightSpan) => `${start} ${end} ${label}`;
  const known = new Set(truth.map(keyOf));
  return predicted.filter((span) => known.has(keyOf(span))).length;
}

/** Throws RangeError for a span outside its text, an empty one, and one that overlaps another of its list. */
export function checkHighlights(texts: readonly HighlightedText[]): void {
  texts.forEach(({ text, ...lists }, i) => {
    for (const name of ['truth', 'predicted'] as const) {
      const spans = [...lists[name]].sort((a, b) => a.start - b.start);
      spans.forEach(({ start, end }, j) => {
        const from = j === 0 ? 0 : spans[j - 1].end;
        if (Number.isInteger(start) && Number.isInteger(end) && start >= from && end > start && end <= text.length)
          return;
        throw new RangeError(
          `highlights: ${name} of text ${i} expected spans within its ${text.length} characters, not empty and apart, got ${start} to ${end}; correct them`,
        );
      });
    }
  });
}
