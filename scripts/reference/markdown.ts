// Markdown of generated pages.

/** The line that every generated page carries. */
export const generatedNote = '<!-- Written by `npm run reference`. Change the sources, not this page. -->';

/** Text for a table cell: no character of it is markup. */
export function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[|]/g, '\\|')
    .replace(/</g, '&lt;')
    .replace(/\{\{/g, '&#123;&#123;')
    .replace(/(?<![\w`])\*(?=\S)/g, '\\*')
    .replace(/_/g, '\\_')
    .trim();
}

/** A table without padding, which generated pages do not need. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
