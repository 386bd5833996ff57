import type { Piece } from './model';

/** Longest word that is remembered, in UTF-16 units, and the number of words at which all are forgotten. */
const longestRemembered = 64;
const maxRemembered = 1 << 16;

/** Makes a function that remembers the pieces of short words. */
export function remembering(tokenize: (word: string) => readonly Piece[]): (word: string) => readonly Piece[] {
  const remembered = new Map<string, readonly Piece[]>();
  return (word) => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const pieces = tokenize(word);
    if (word.length <= longestRemembered) {
      if (remembered.size === maxRemembered) remembered.clear();
      remembered.set(word, pieces);
    }
    return pieces;
  };
}
