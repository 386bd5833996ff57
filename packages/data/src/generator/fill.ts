import type { SkillType } from './posting';

/** A part of a posting: prose, or a skill that it requires. */
export interface Piece {
  text: string;
  /** The piece is a labeled skill. */
  readonly type?: SkillType;
  /** No typos: a label depends on these words. */
  readonly exact?: boolean;
}

/** Values for the `{name}`s of a template. */
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
  pieces[0] = { ...pieces[0], text: capitalized(pieces[0].text) };
  return pieces;
}

/** The same pieces, without typos. */
export function exact(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => ({ ...piece, exact: true }));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Number of words: runs without white space that hold a letter or a number. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function piecesText(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
