/**
 * Rows as aligned columns: the first to the left, the others, which are numbers, to the right.
 *
 * @example table([['', 'accuracy'], ['model', '0.8120']]) // '       accuracy\nmodel    0.8120'
 */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
