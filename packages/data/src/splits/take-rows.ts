/** Columns of equal length, by name. */
export type Columns<Own> = { readonly [Name in keyof Own]: readonly unknown[] };

/**
 * The rows of a part, of every column: what `split` and `kFolds` give indices of.
 *
 * @example
 * const { parts } = split({ labels, fractions: [0.8, 0.2], seed: 42 });
 * const [training, test] = parts.map((rows) => takeRows({ texts, labels }, rows)); // { texts, labels } each
 */
export function takeRows<Own extends Columns<Own>>(columns: Own, rows: ArrayLike<number>): Own {
  const taken = Object.entries<readonly unknown[]>(columns).map(([name, values]) => [
    name,
    Array.from(rows, (row) => values[row]),
  ]);
  return Object.fromEntries(taken) as Own;
}
