/** Common parts of both trainers: counted words, an alphabet, and a growing vocabulary. */

import { describe } from '../arguments';

/** A word as the ids of its pieces, and its number of occurrences. */
export interface CountedWord {
  readonly pieces: number[];
  readonly count: number;
}

/** Adds to the count of a key. */
export function addCount(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Throws unless `texts` is an iterable of something other than characters. */
export function checkTexts(where: string, texts: unknown): void {
  if (typeof texts === 'string' || typeof (texts as Iterable<unknown>)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${where}: texts expected an iterable of strings, got ${describe(texts)}`);
  }
}

/** Throws unless `text` is a string. */
export function checkText(where: string, text: unknown, index: number): void {
  if (typeof text !== 'string') throw new TypeError(`${where}: texts[${index}] expected a string, got ${typeof text}`);
}

/** Options of `chooseAlphabet`. */
export interface AlphabetOptions {
  /** Most characters. */
  readonly limitAlphabet: number;
  /** Characters to keep however rare. */
  readonly initialAlphabet: Iterable<string>;
}

/**
 * Chooses the characters that pieces are made of: those of `initialAlphabet`, then the most frequent ones, up to
 * `limitAlphabet` in all, in order of code points. Of equally frequent characters the lower code point is kept.
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

/** Orders characters by code point, which is not the order of strings for surrogate pairs. */
export function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}

/** A vocabulary that grows: ids are in order of arrival. */
export class VocabularyBuilder {
  readonly tokens: string[] = [];
  private readonly ids = new Map<string, number>();

  /** Returns the id of a token, which is added if it is new. */
  add(token: string): number {
    const known = this.ids.get(token);
    if (known !== undefined) return known;
    this.ids.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  has(token: string): boolean {
    return this.ids.has(token);
  }
}
