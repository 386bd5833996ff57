// Rows of predictions: selection and rounding.

/** A line of JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** At most `most` of the indices below `count`, evenly spaced. */
export function evenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.floor((i * count) / most));
}

/** Six significant digits: float32 has seven. */
export const roundedTo6 = (value: number): number => Number(value.toPrecision(6));

/** Scores below this are left out. */
const least = 0.001;

/** Scores by label name, without negligible ones. */
export function sparse(labels: readonly string[], scoreOf: (id: number) => number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    labels.flatMap((label, id) => (scoreOf(id) >= least ? [[label, roundedTo6(scoreOf(id))]] : [])),
  );
}
