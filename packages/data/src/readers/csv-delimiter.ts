/** A header is looked for in no more than this; what goes on without an end has an open quote. */
const MAX_HEADER_LENGTH = 64 * 1024;

/** Whether the first line that is not blank is there to its end, or is too long to wait for. */
export function holdsHeader(text: string): boolean {
  return text.length > MAX_HEADER_LENGTH || /^[\r\n]*(?:"[^"]*"|[^"\r\n])+[\r\n]/.test(text);
}

/**
 * What separates the columns of CSV, by its header: a comma, and in a header without one the semicolon (which spreadsheets write where the
 * comma is the decimal sign), the tab or the bar that it has.
 */
export function delimiterOf(text: string): string {
  const [header = ''] = /^[\r\n]*(?:"[^"]*"|[^"\r\n])*/.exec(text.slice(0, MAX_HEADER_LENGTH)) ?? [];
  const names = header.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t', '|'].find((delimiter) => names.includes(delimiter)) ?? ',';
}
