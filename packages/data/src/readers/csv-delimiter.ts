/** A header is looked for in no more than this; what goes on without an end has an open quote. */
const MAX_HEADER_LENGTH = 64 * 1024;

/** The first line that is not blank, as far as the text goes, with the blank ones before it. */
const headerOf = (text: string): string => /^[\r\n]*(?:"[^"]*"|[^"\r\n])*/.exec(text)?.[0] ?? '';

/** Whether the first line that is not blank is there to its end, or is too long to wait for. */
export function holdsHeader(text: string): boolean {
  return text.length > MAX_HEADER_LENGTH || /[\r\n]/.test(text.charAt(headerOf(text).length));
}

/**
 * What separates the columns of CSV, by its header: a comma, and in a header without one the semicolon (which spreadsheets write where the
 * comma is the decimal sign), the tab or the bar that it has.
 */
export function delimiterOf(text: string): string {
  const names = headerOf(text.slice(0, MAX_HEADER_LENGTH)).replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t', '|'].find((delimiter) => names.includes(delimiter)) ?? ',';
}
