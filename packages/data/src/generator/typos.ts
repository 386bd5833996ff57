import type { Random } from '../random';
import type { Piece } from './fill';
import { chance } from './streams';

/** Two letters swapped, one lost or one doubled, in words of six letters and more, at the given rate a word. */
export function withTypos(piece: Piece, rate: number, random: Random): Piece {
  return {
    ...piece,
    text: piece.text.replace(/[A-Za-z]{6,}/g, (word) => (chance(rate, random) ? typo(word, random) : word)),
  };
}

function typo(word: string, random: Random): string {
  const at = 1 + random.below(word.length - 2);
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const changed = [next + letter, next, letter + letter + next][random.below(3)];
  return before + changed + after;
}
