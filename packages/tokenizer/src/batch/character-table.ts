import type { BertNormalizer } from '../normalizer/bert';
import { isPunctuation, isWhitespace } from '../unicode/categories';

/** What a UTF-16 unit does to the word that is being read. */
export const UNSEEN = 0;
/** Goes on with it, as the unit `letters[unit]`. */
export const LETTER = 1;
/** Ends it. */
export const SPACE = 2;
/** Ends it, and is a word of its own, as the unit `letters[unit]`. */
export const PUNCTUATION = 3;
/** Nothing. */
export const DROPPED = 4;
/** Whatever the characters it normalizes to do. */
export const EXPANDED = 5;
/** Is half a code point, or a lone surrogate. */
export const SURROGATE = 6;
/** May begin an added token. */
export const ADDED = 7;
/** Depends on its neighbours: the text has to be normalized as a whole. */
export const CONTEXT = 8;

/** What each UTF-16 unit does, filled in as units are met. */
export interface CharacterTable {
  /** Indexed by unit. */
  kinds: Uint8Array;
  letters: Uint16Array;
  /** What a unit does that is none yet or may begin an added token; the table has it, then. */
  kindOf(unit: number): number;
}

/** The table of a normalizer in front of BERT's pre-tokenizer; `addedStarts` are the units that added tokens begin with. */
export function characterTable(normalizer: BertNormalizer, addedStarts: ReadonlySet<number>): CharacterTable {
  const kinds = new Uint8Array(1 << 16);
  const letters = new Uint16Array(1 << 16);

  function classify(unit: number): number {
    if (unit >= 0xd800 && unit <= 0xdfff) return SURROGATE;
    const normalized = normalizer.normalizeCodePoint(unit);
    if (normalized === undefined) return CONTEXT;
    if (normalized.length === 0) return DROPPED;
    if (normalized.length > 1) return EXPANDED;
    const letter = normalized.charCodeAt(0);
    letters[unit] = letter;
    return isWhitespace(letter) ? SPACE : isPunctuation(letter) ? PUNCTUATION : LETTER;
  }
  for (const unit of addedStarts) kinds[unit] = ADDED;

  return {
    kinds,
    letters,
    kindOf(unit) {
      const kind = classify(unit);
      if (kinds[unit] !== ADDED) kinds[unit] = kind;
      return kind;
    },
  };
}
