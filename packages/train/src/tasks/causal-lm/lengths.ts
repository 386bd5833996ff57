/** Lengths of texts, in tokens. */
export interface TokenLengths {
  /** Number of texts. */
  readonly texts: number;
  /** Mean number of tokens. */
  readonly mean: number;
  /** Median number of tokens. */
  readonly median: number;
  /** 90th percentile of the number of tokens. */
  readonly p90: number;
  /** 95th percentile of the number of tokens. */
  readonly p95: number;
  /** 99th percentile of the number of tokens. */
  readonly p99: number;
  /** Tokens of the longest text. */
  readonly longest: number;
  /** The least multiple of 8 that cuts fewer than 1 of 100 texts, at most the model's positions. */
  readonly maxLength: number;
  /** Number of longer texts. */
  readonly cut: number;
}

/** Upper bound of the share of cut texts. */
const mostCut = 0.01;

/**
 * Lengths of texts, and the maximum length that they suggest.
 *
 * A percentile is the length of the text at the nearest rank, so that it occurs in the data.
 *
 * @throws RangeError for no text
 * @example
 * const { maxLength } = tokenLengths(sequences.map(({ ids }) => ids.length), { maxPositions: model.config.maxPositions });
 */
export function tokenLengths(
  lengths: ArrayLike<number>,
  {
    maxPositions,
  }: {
    /** Number of the model's positions. */
    readonly maxPositions: number;
  },
): TokenLengths {
  if (lengths.length === 0) throw new RangeError('tokenLengths: expected the length of one text at least, got none');
  const sorted = Float64Array.from(lengths).sort();
  const percentile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const mayBeCut = Math.ceil(mostCut * sorted.length) - 1;
  const fitting = sorted[sorted.length - 1 - mayBeCut];
  const maxLength = Math.min(Math.max(8, Math.ceil(fitting / 8) * 8), maxPositions);
  return {
    texts: sorted.length,
    mean: sorted.reduce((sum, length) => sum + length, 0) / sorted.length,
    ...{ median: percentile(0.5), p90: percentile(0.9), p95: percentile(0.95), p99: percentile(0.99) },
    longest: sorted[sorted.length - 1],
    maxLength,
    cut: sorted.filter((length) => length > maxLength).length,
  };
}

/** The same as one line of text, with the proposed maximum length or the applied one, and the number of cut texts. */
export function lengthsNote(
  { texts, mean, median, p90, p99, longest, maxLength, cut }: TokenLengths,
  applied?: { readonly maxLength: number; readonly cuts: readonly string[] },
): string {
  const counts = `${Math.round(mean)} on average, half up to ${median}, 90 % up to ${p90}, 99 % up to ${p99}, the longest ${longest}`;
  const share = `${cut} of ${texts} texts (${((100 * cut) / texts).toFixed(1)} %)`;
  const some = applied ? `some: ${applied.cuts.join('; ')}` : share;
  const isNone = applied ? applied.cuts.length === 0 : cut === 0;
  return `tokens per text: ${counts}; ${applied?.maxLength ?? maxLength} as the maximum length cuts ${isNone ? 'none' : some}`;
}
