/** A piece `[start, end)` of a text, in UTF-16 units: what `text.slice` takes. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A labelled piece of a text, such as a skill in a job advertisement. */
export interface EntitySpan extends TextRange {
  readonly label: string;
}

/**
 * How entities are written as one tag a token. `BIO`: the first token is `B-label`, the others `I-label`. `BILOU`: the last is
 * `L-label` too, and a single one `U-label`. A token of no entity is `O` in both.
 */
export type SpanScheme = 'BIO' | 'BILOU';

/** Throws RangeError unless pieces are in order, not empty, and apart from each other. */
export function checkRanges(where: string, name: string, ranges: readonly TextRange[]): void {
  ranges.forEach(({ start, end }, i) => {
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
      throw new RangeError(`${where}: ${name}[${i}] expected integers 0 ≤ start < end, got ${start} and ${end}`);
    if (i > 0 && start < ranges[i - 1].end)
      throw new RangeError(
        `${where}: ${name}[${i}] expected a start ≥ ${ranges[i - 1].end}, the end of the one before, got ${start}; sort them, and let none overlap`,
      );
  });
}
