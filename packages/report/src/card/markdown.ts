// Markdown from data of a run, escaped so that data cannot become markup.

/** Text for one line of Markdown, with every character escaped that could start a heading, a link or other markup. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|#~!]/g, '\\$&');
}

/** A table; cells are Markdown already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The name of a file without its folders, which are not published. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
