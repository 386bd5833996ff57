const columns = ['trip', 'model', 'texts', 'what', 'figure', 'limit', 'holds'];

/** Prints rows as aligned columns. */
export function printTable(rows) {
  const lines = [columns, ...rows.map(cells)];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

const cells = ({ trip, model, texts, what, figure, limit, holds }) => [
  trip,
  model,
  texts.toLocaleString('en'),
  what,
  figure < 1e-3 && figure > 0 ? figure.toExponential(1) : figure.toFixed(4),
  limit,
  holds ? 'yes' : 'NO',
];
