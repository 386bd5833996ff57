import type { SkillType } from './posting';

/** A stretch of a posting: prose, or a skill it asks for. */
export interface Piece {
  text: string;
  /** The piece is a labelled skill. */
  type?: SkillType;
  /** Typos keep out: a label hangs on these words. */
  exact?: boolean;
}

/** What stands for a template's `{name}`. */
export type Values = Readonly<Record<string, string | Piece>>;

/**
 * Fills a template's `{name}`s. `a {name}` becomes `an …` before a vowel, and the sentence begins with a capital.
 */
export function fill(template: string, values: Values): Piece[] {
  const pieces: Piece[] = [];
  for (const part of template.split(/(\{\w+\})/).filter(Boolean)) {
    if (!/^\{\w+\}$/.test(part)) {
      pieces.push({ text: part });
      continue;
    }
    const value = values[part.slice(1, -1)];
    if (value === undefined) throw new Error(`fill: no value for ${part} in "${template}"`);
    const piece = typeof value === 'string' ? { text: value, exact: true } : value;
    const before = pieces.at(-1);
    if (before && /^[aeiou]/i.test(piece.text)) before.text = before.text.replace(/\b([Aa]) $/, '$1n ');
    pieces.push(piece);
  }
  pieces[0] = { ...pieces[0], text: capitalised(pieces[0].text) };
  return pieces;
}

/** The same pieces, out of the reach of typos. */
export function exact(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => ({ ...piece, exact: true }));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How many words a text has: runs without white space that hold a letter or a number. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function piecesText(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
