/** Prints rows of cells under their columns' names, aligned. */
export function printTable(columns, rows) {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    );
}

export const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;

export const wholeNumber = (value) => Math.round(value).toLocaleString('en');
