import { isNewerForm, nfd } from '../unicode/newer-forms';
import type { AlignedText } from './aligned-text';

/** A character and the units `[start, end)` of the original it stands for. */
export interface AlignedCharacter {
  character: string;
  start: number;
  end: number;
}

const MARK = /^\p{M}/u;

/**
 * Whether a decomposed character has a canonical combining class other than 0, so that NFD may move it.
 *
 * JavaScript has no such property, but it shows: such a character trades places with a mark of class 1 (U+0334) set
 * after it, or, when its own class is 1, with one of class 230 (U+0301) set before it.
 */
export function isNonStarter(character: string): boolean {
  if (!MARK.test(character)) return false; // only marks have one
  if (isNewerForm(character.codePointAt(0) as number)) return false; // to the reference it has none
  const followed = `${character}\u0334`;
  const preceded = `\u0301${character}`;
  return followed.normalize('NFD') !== followed || preceded.normalize('NFD') !== preceded;
}

/**
 * NFD of a whole text, with alignment.
 *
 * The reference keeps its place in the source by counting: a character that begins a decomposition advances by one,
 * the others stay. When marks trade places the count goes on as if they had not, so the alignment of a moved mark is that
 * of the place it took. Offsets agree with the reference only if this is repeated (`NormalizedString::nfd`).
 */
export function decomposeInOrder(source: AlignedText): AlignedCharacter[] {
  const sources = charactersOf(source);
  const begins = beginsOfDecomposition(sources);
  const result: AlignedCharacter[] = [];
  let place = -1;
  for (const character of nfd(sources.map((each) => each.character).join(''))) {
    const queue = begins.get(character);
    if (queue?.flags[queue.next++]) place++;
    const { start, end } = place < 0 ? { start: 0, end: 0 } : sources[place];
    result.push({ character, start, end });
  }
  return result;
}

function charactersOf(source: AlignedText): AlignedCharacter[] {
  const characters: AlignedCharacter[] = [];
  let unit = 0;
  for (const character of source.text) {
    characters.push({ character, start: source.starts[unit], end: source.ends[unit] });
    unit += character.length;
  }
  return characters;
}

/**
 * For each decomposed character, whether its 1st, 2nd, … occurrence begins a decomposition.
 *
 * NFD never swaps equal characters, so the k-th occurrence before reordering is the k-th after it.
 */
function beginsOfDecomposition(sources: AlignedCharacter[]): Map<string, { flags: boolean[]; next: number }> {
  const begins = new Map<string, { flags: boolean[]; next: number }>();
  for (const { character } of sources) {
    let first = true;
    for (const part of nfd(character)) {
      const queue = begins.get(part) ?? { flags: [], next: 0 };
      queue.flags.push(first);
      begins.set(part, queue);
      first = false;
    }
  }
  return begins;
}
