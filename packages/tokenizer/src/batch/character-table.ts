import type { BertNormalizer } from '../normalizer/bert';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/code-points';

/**
 * Kinds of code points, by their effect on the word that is being read. `unseen` is a code point that is not yet
 * classified.
 */
export const unseen = 0;
/** Continues the word, as the unit `letters[unit]`; a code point of two units continues it as these. */
export const letter = 1;
/** Ends the word. */
export const space = 2;
/** Ends the word and is a separate word, spelled like a `letter`. */
export const apart = 3;
/** Has no effect. */
export const dropped = 4;
/** Has the effect of the characters it normalizes to. */
export const expanded = 5;
/** Is half of a surrogate pair, or a lone surrogate. */
export const surrogate = 6;
/** May begin an added token. */
export const added = 7;
/** Depends on its neighbors: the text has to be normalized as a whole. */
export const context = 8;

/**
 * Kinds of all code points, filled in as they are met: 1 MB of zeros at first, which takes memory only where it is
 * used.
 */
export interface CharacterTable {
  /** Indexed by code point, halves of surrogate pairs included. */
  readonly kinds: Uint8Array;
  readonly letters: Uint16Array;
  /** Classifies a code point that is `unseen` or `added`, and puts the kind into the table. */
  kindOf(codePoint: number): number;
}

/** Makes the table of BERT's normalizer and pre-tokenizer. `addedStarts` are the units that added tokens begin with. */
export function characterTable(normalizer: BertNormalizer, addedStarts: ReadonlySet<number>): CharacterTable {
  const kinds = new Uint8Array(0x110000);
  const letters = new Uint16Array(1 << 16);

  function classify(codePoint: number): number {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return surrogate;
    const normalized = normalizer.normalizeCodePoint(codePoint);
    if (normalized === undefined) return context;
    if (normalized.length === 0) return dropped;
    const isSpaced = normalized.length > 2 && normalized.startsWith(' ') && normalized.endsWith(' ');
    const character = isSpaced ? normalized.slice(1, -1) : normalized;
    const result = character.codePointAt(0) as number;
    if (character.length !== unitsOf(codePoint) || (result !== codePoint && codePoint > 0xffff)) return expanded;
    if (codePoint <= 0xffff) letters[codePoint] = result;
    if (isWhitespace(result)) return space;
    return isSpaced || isPunctuation(result) ? apart : letter;
  }

  function fill(start: number): void {
    const kind = classify(start);
    for (let i = start; i < start + 256; i++) {
      if (kinds[i] === unseen) kinds[i] = kind;
      if (i <= 0xffff) letters[i] = i;
    }
  }
  for (const unit of addedStarts) kinds[unit] = added;

  return {
    kinds,
    letters,
    kindOf(codePoint) {
      const start = codePoint & ~0xff;
      if (kinds[codePoint] !== added && normalizer.isUniform(start)) fill(start);
      if (kinds[codePoint] !== unseen && kinds[codePoint] !== added) return kinds[codePoint];
      const kind = classify(codePoint);
      if (kinds[codePoint] !== added) kinds[codePoint] = kind;
      return kind;
    },
  };
}
