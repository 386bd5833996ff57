import type { BertNormalizer } from '../normalizer/bert';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/well-formed';

/** What a code point does to the word that is being read. */
export const UNSEEN = 0;
/** Goes on with it, as the unit `letters[unit]`; if it takes two units, as these. */
export const LETTER = 1;
/** Ends it. */
export const SPACE = 2;
/** Ends it, and is a word of its own, likewise. */
export const APART = 3;
/** Nothing. */
export const DROPPED = 4;
/** Whatever the characters it normalizes to do. */
export const EXPANDED = 5;
/** Is half of one, or a lone surrogate. */
export const SURROGATE = 6;
/** May begin an added token. */
export const ADDED = 7;
/** Depends on its neighbours: the text has to be normalized as a whole. */
export const CONTEXT = 8;

/** What each code point does, filled in as they are met: 1 MB of zeros at first, of which memory is taken where it is used. */
export interface CharacterTable {
  /** Indexed by code point, halves of pairs included. */
  kinds: Uint8Array;
  letters: Uint16Array;
  /** What one does that is none yet or may begin an added token; the table has it, then. */
  kindOf(codePoint: number): number;
}

/** The table of a normalizer in front of BERT's pre-tokenizer; `addedStarts` are the units that added tokens begin with. */
export function characterTable(normalizer: BertNormalizer, addedStarts: ReadonlySet<number>): CharacterTable {
  const kinds = new Uint8Array(0x110000);
  const letters = new Uint16Array(1 << 16);

  function classify(codePoint: number): number {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return SURROGATE;
    const normalized = normalizer.normalizeCodePoint(codePoint);
    if (normalized === undefined) return CONTEXT;
    if (normalized.length === 0) return DROPPED;
    const isSpaced = normalized.length > 2 && normalized.startsWith(' ') && normalized.endsWith(' ');
    const character = isSpaced ? normalized.slice(1, -1) : normalized;
    const letter = character.codePointAt(0) as number;
    if (character.length !== unitsOf(codePoint) || (letter !== codePoint && codePoint > 0xffff)) return EXPANDED;
    if (codePoint <= 0xffff) letters[codePoint] = letter;
    if (isWhitespace(letter)) return SPACE;
    return isSpaced || isPunctuation(letter) ? APART : LETTER;
  }

  function fill(start: number): void {
    const kind = classify(start);
    for (let i = start; i < start + 256; i++) {
      if (kinds[i] === UNSEEN) kinds[i] = kind;
      if (i <= 0xffff) letters[i] = i;
    }
  }
  for (const unit of addedStarts) kinds[unit] = ADDED;

  return {
    kinds,
    letters,
    kindOf(codePoint) {
      const start = codePoint & ~0xff;
      if (kinds[codePoint] !== ADDED && normalizer.isUniform(start)) fill(start);
      if (kinds[codePoint] !== UNSEEN && kinds[codePoint] !== ADDED) return kinds[codePoint];
      const kind = classify(codePoint);
      if (kinds[codePoint] !== ADDED) kinds[codePoint] = kind;
      return kind;
    },
  };
}
