/**
 * Rows as CSV (RFC 4180, lines end in \n), with the names of the first row as header.
 *
 * @example csvText([{ line: 2, text: 'a, "b"' }]) // 'line,text\n2,"a, ""b"""\n'
 */
export function csvText(rows: readonly object[]): string {
  const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row): unknown[] => Object.values(row))];
  return lines.map((cells) => `${cells.map(quoted).join()}\n`).join('');
}

function quoted(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
