/** Spellings that are one name: what is written → the name. */
export type Spellings = Readonly<Record<string, string>>;

/**
 * A name as names are written: no footnote asterisks, `&` as a word, a capital at each word where there are none or nothing else; then
 * whatever `spellings` makes of it.
 *
 * @example tidyName('JAMMU & KASHMIR *', {}) // 'Jammu and Kashmir'
 */
export function tidyName(name: string, spellings: Spellings): string {
  const plain = capitalised(name.replaceAll('*', '').replaceAll('&', ' and ').replace(/\s+/g, ' ').trim());
  return spellings[plain] ?? plain;
}

function capitalised(name: string): string {
  if (name !== name.toLowerCase() && name !== name.toUpperCase()) return name;
  return name
    .toLowerCase()
    .replace(/\p{L}+/gu, (word) => (word === 'and' ? word : word[0].toUpperCase() + word.slice(1)));
}
