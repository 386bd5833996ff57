export interface AlphabetOptions {
  limitAlphabet: number;
  initialAlphabet: Iterable<string>;
}

/**
 * The characters that pieces are made of, by code point: those of `initialAlphabet`, then the most frequent ones, up to
 * `limitAlphabet` in all. Of equally frequent ones the lower code point is kept.
 */
export function chooseAlphabet(words: ReadonlyMap<string, number>, options: AlphabetOptions): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  for (const text of options.initialAlphabet) {
    for (const character of text) counts.set(character, Number.POSITIVE_INFINITY);
  }
  const byFrequency = [...counts].sort(([a, countA], [b, countB]) => Math.sign(countB - countA) || byCodePoint(a, b));
  return byFrequency
    .slice(0, options.limitAlphabet)
    .map(([character]) => character)
    .sort(byCodePoint);
}

/** Orders characters by code point, which for surrogate pairs is not the order of strings. */
export function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}
