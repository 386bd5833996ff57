/** Text as Markdown shows it, on one line: whatever comes out of a data set must not become a heading, a link or markup. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|#~!]/g, '\\$&');
}

/** A table whose cells are Markdown already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A card is published: where a file lay on someone's disk is not. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
