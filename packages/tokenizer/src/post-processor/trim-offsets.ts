import { isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/well-formed';

export interface TrimRule {
  /** Whether the first space of a text was set before it, so that it may stay. */
  addPrefixSpace: boolean;
}

/** How many entries a token has in a list of its spaces: how many it begins with, and the units of these and of those at its end. */
export const SPACE_COLUMNS = 3;

/**
 * Takes the spaces that tokens begin and end with out of their offsets, in place. `fromFirst`: the first of them is the text's.
 *
 * Reference: `process_offsets` of Hugging Face tokenizers (`pre_tokenizers/byte_level.rs`).
 */
export function trimOffsets(
  offsets: Int32Array,
  spaces: readonly number[],
  { addPrefixSpace }: TrimRule,
  fromFirst = true,
): void {
  for (let i = 0, j = 0; i < offsets.length; i += 2, j += SPACE_COLUMNS) {
    const isFirst = (fromFirst && i === 0) || offsets[i] === 0;
    const leading = isFirst && addPrefixSpace && spaces[j] === 1 ? 0 : spaces[j + 1];
    offsets[i] = Math.min(offsets[i] + leading, offsets[i + 1]);
    offsets[i + 1] = Math.max(offsets[i + 1] - spaces[j + 2], offsets[i]);
  }
}

/**
 * The spaces of a token that stands for `[start, end)` of a text: as many code points of the text are taken away, whatever they
 * are (a space that was set before the text stands for its first character).
 */
export function measureSpaces(
  [leading, trailing]: readonly [number, number],
  { text, start, end }: { text: string; start: number; end: number },
): [number, number, number] {
  let from = start;
  for (let i = 0; i < leading && from < text.length; i++) from += unitsOf(text.codePointAt(from) as number);
  let to = end;
  for (let i = 0; i < trailing; i++) {
    if (to <= 0) return [leading, from - start, 0]; // there are fewer: then the reference takes none
    to -= isLowSurrogate(text.charCodeAt(to - 1)) ? 2 : 1;
  }
  return [leading, from - start, end - to];
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** How many spaces a token begins and ends with: `Ġ`, which stands for one, and whitespace. */
export function countSpaces(token: string): [number, number] {
  const characters = [...token];
  const others = characters.map((character) => !isSpace(character));
  const first = others.indexOf(true);
  if (first < 0) return [characters.length, characters.length];
  return [first, characters.length - 1 - others.lastIndexOf(true)];
}

function isSpace(character: string): boolean {
  return character === 'Ġ' || isWhitespace(character.codePointAt(0) as number);
}

/** `countSpaces` of texts and of ids, which are remembered. */
export function spaceCounter(tokenOf: (id: number) => string | undefined) {
  const known: (readonly [number, number] | undefined)[] = [];
  return (token: string | number): readonly [number, number] => {
    if (typeof token === 'string') return countSpaces(token);
    const seen = known[token];
    if (seen !== undefined) return seen;
    const counted = countSpaces(tokenOf(token) ?? '');
    known[token] = counted;
    return counted;
  };
}
