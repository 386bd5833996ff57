import type { Random } from '../random';
import { type Piece, piecesText } from './fill';
import type { PostingSkill } from './posting';
import { chance, pick } from './streams';

/** A posting before layout: sentences with their full stops, bullets without. */
export interface Sections {
  readonly intro: Piece[][];
  readonly duties: Piece[][];
  readonly requirements: Piece[][];
  readonly benefits: Piece[][];
  readonly closing: Piece[][];
}

const headings = {
  duties: ['What you will do', 'Your tasks', 'RESPONSIBILITIES', 'The job'],
  requirements: ['What we look for', 'Requirements', 'YOUR PROFILE', 'You bring'],
  benefits: ['What we offer', 'Benefits', 'WHY US'],
} as const;

const bullets: readonly string[] = ['- ', '• ', '* ', '– ', '👉 '];

/** The text of a posting, with typos in prose at that rate per word, and the places of its skills. */
export function writeText(
  sections: Sections,
  typoRate: number,
  random: Random,
): { text: string; skills: PostingSkill[] } {
  const bullet = pick(bullets, random);
  const stop = chance(0.5, random) ? '.' : '';
  const list = (name: keyof typeof headings): Piece[] => {
    const lines = sections[name].flatMap((line) => [{ text: `\n${bullet}` }, ...line, { text: stop }]);
    return lines.length === 0 ? [] : [{ text: `\n\n${pick(headings[name], random)}:` }, ...lines];
  };
  const pieces = [
    ...paragraph(sections.intro),
    ...list('duties'),
    ...list('requirements'),
    ...list('benefits'),
    ...(sections.closing.length === 0 ? [] : [{ text: '\n\n' }, ...paragraph(sections.closing)]),
  ];
  return joined(pieces.map((piece) => (piece.exact || piece.type ? piece : withTypos(piece, typoRate, random))));
}

function paragraph(sentences: readonly Piece[][]): Piece[] {
  return sentences.flatMap((sentence, i) => (i === 0 ? sentence : [{ text: ' ' }, ...sentence]));
}

function joined(pieces: readonly Piece[]): { text: string; skills: PostingSkill[] } {
  const skills: PostingSkill[] = [];
  let start = 0;
  for (const { text, type } of pieces) {
    const end = start + text.length;
    if (type) skills.push({ start, end, text, type });
    start = end;
  }
  return { text: piecesText(pieces), skills };
}

/** Two letters swapped, one lost or one doubled, in words of six or more letters, at that rate per word. */
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
