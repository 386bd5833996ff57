import type { Entity } from './entity';

/** A true span and the predicted one taken for it. */
export type SpanPair = readonly [truth: Entity, predicted: Entity];

/** Pairs, and what is left on either side. */
export interface Alignment {
  readonly pairs: SpanPair[];
  /** The number of true spans without a prediction. */
  readonly missed: number;
  /** The number of predictions without a true span. */
  readonly spurious: number;
}

/**
 * Pairs overlapping spans one to one, the best first: equal ones, then those of equal bounds, then by overlap, those of the same
 * type first where it is equal; then in their order.
 */
export function alignSpans(truth: readonly Entity[], predicted: readonly Entity[]): Alignment {
  const candidates = truth.flatMap((own, i) =>
    predicted.flatMap((other, j) => (overlapOf(own, other) > 0 ? [{ i, j, rank: rankOf(own, other) }] : [])),
  );
  candidates.sort((a, b) => b.rank - a.rank || a.i - b.i || a.j - b.j);
  const takenTruth = new Set<number>();
  const takenPredicted = new Set<number>();
  const pairs: SpanPair[] = [];
  for (const { i, j } of candidates) {
    if (takenTruth.has(i) || takenPredicted.has(j)) continue;
    takenTruth.add(i);
    takenPredicted.add(j);
    pairs.push([truth[i], predicted[j]]);
  }
  return { pairs, missed: truth.length - pairs.length, spurious: predicted.length - pairs.length };
}

/** Whether both spans begin and end at the same places. */
export function isSameSpan(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end;
}

function overlapOf(a: Entity, b: Entity): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Half a unit for the type: it decides between equal overlaps only. */
function rankOf(a: Entity, b: Entity): number {
  const bounds = isSameSpan(a, b) ? Number.MAX_SAFE_INTEGER / 4 : overlapOf(a, b);
  return bounds + (a.type === b.type ? 0.5 : 0);
}
