import type { Random } from '../random';
import { type Piece, piecesText } from './fill';
import type { PostingSkill } from './posting';
import { chance, pick } from './streams';
import { withTypos } from './typos';

/** A posting before it is laid out: sentences with their full stops, and bullets without. */
export interface Sections {
  intro: Piece[][];
  duties: Piece[][];
  requirements: Piece[][];
  benefits: Piece[][];
  closing: Piece[][];
}

const headings = {
  duties: ['What you will do', 'Your tasks', 'RESPONSIBILITIES', 'The job'],
  requirements: ['What we look for', 'Requirements', 'YOUR PROFILE', 'You bring'],
  benefits: ['What we offer', 'Benefits', 'WHY US'],
} as const;

const bullets: readonly string[] = ['- ', '• ', '* ', '– ', '👉 '];

/** Lays a posting out, with typos in prose at the given rate a word, and says where its skills are. */
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
