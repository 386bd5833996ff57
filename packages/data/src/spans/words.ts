import type { TextRange } from './spans';

/**
 * Where the words of a text lie: runs of letters, digits and marks, and every other visible character by itself.
 *
 * @example wordRanges('C++, née') // C, +, +, `,` and née: [{ start: 0, end: 1 }, …, { start: 5, end: 8 }]
 */
export function wordRanges(text: string): TextRange[] {
  const words = text.matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu);
  return Array.from(words, ({ 0: word, index }) => ({ start: index, end: index + word.length }));
}
