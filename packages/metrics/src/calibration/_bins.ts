import { checkInteger } from '../_checks';

/** How [0, 1] is cut: into equal widths, or so that the bins hold equally many (ties stay together). */
export interface BinOptions {
  /** How many bins, at least 1. */
  readonly bins?: number;
  /** `equal-width`, unless given, or `equal-count`. scikit-learn's `uniform` and `quantile`. */
  readonly strategy?: 'equal-width' | 'equal-count';
}

/** Edges between bins and the bin of each probability, which holds its upper edge: (low, high]. */
export interface Bins {
  /** One more than there are bins. */
  edges: number[];
  binOf: Uint32Array;
}

/** Puts probabilities into bins. Equals what scikit-learn's `calibration_curve` does. */
export function binsOf(
  where: string,
  probabilities: ArrayLike<number>,
  { bins, strategy = 'equal-width' }: Required<Pick<BinOptions, 'bins'>> & BinOptions,
): Bins {
  checkInteger(where, 'bins', bins, 1);
  const shares = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * (1 / bins)));
  const edges = strategy === 'equal-width' ? shares : quantiles(probabilities, shares);
  const inner = edges.slice(1, -1);
  const binOf = Uint32Array.from(probabilities, (p) => {
    const bin = inner.findIndex((edge) => p <= edge);
    return bin === -1 ? bins - 1 : bin;
  });
  return { edges, binOf };
}

/** Quantiles with linear interpolation (Hyndman and Fan's type 7), rounded as numpy's `percentile`. */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => {
    // Through percent and back, as numpy: an edge that equals a value must not move by one bit.
    const place = (sorted.length - 1) * ((share * 100) / 100);
    const below = Math.floor(place);
    const low = sorted[below];
    const step = sorted[Math.min(below + 1, sorted.length - 1)] - low;
    const t = place - below;
    return t >= 0.5 ? low + step - step * (1 - t) : low + step * t;
  });
}
