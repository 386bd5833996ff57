/** What moves a cursor, changes a title or reorders a line. */
const controls = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Text from a file, such as the name of a column, as a terminal may show it: controls as JSON writes them. */
export function visible(text: string): string {
  return text.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
