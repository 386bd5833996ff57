import type { Random } from '../random';
import { arrangementSentence } from './arrangements';
import { companySentence } from './companies';
import { drawFacts, type Facts, sectorForms } from './facts';
import { type Piece, piecesText, wordCount } from './fill';
import type { Posting } from './posting';
import { benefit, closing, commonDuty, opening } from './prose';
import { type SkillSentences, skillSentences } from './skills';
import { chance, pick } from './streams';
import { type Sections, writeText } from './write-text';

/** A posting without id and label noise. */
export type PostingContent = Omit<Posting, 'id' | 'sector'>;

export interface WritingOptions {
  readonly difficulty: number;
  /** Minimum and maximum number of words. */
  readonly words: readonly [number, number];
}

/** Maximum number of words missing to the drawn length: the longest sentence has 25, and headings have 1 to 11. */
export const slack = 36;
const mostInHeadings = 11;
const typosPerWord = 0.02;

/** Writes a posting of a sector. */
export function writePosting(sector: string, { difficulty, words }: WritingOptions, random: Random): PostingContent {
  const facts = drawFacts(sector, difficulty, random);
  const length = words[0] + slack + random.below(words[1] - words[0] - slack + 1);
  const skills = skillSentences(random);
  const sections: Sections = {
    intro: [opening(proseValues(facts, random), random), companySentence(facts, random)],
    duties: [],
    requirements: [skills.required(), skills.required()],
    benefits: [],
    closing: [],
  };
  sections[chance(0.6, random) ? 'intro' : 'closing'].push(arrangementSentence(facts, difficulty, random));
  lengthen(sections, { facts, skills, length }, random);
  const { text, skills: required } = writeText(sections, difficulty * typosPerWord, random);
  const { title, company, arrangement, state, year } = facts;
  return { title, company, text, trueSector: sector, arrangement, skills: required, state, year };
}

/** Adds sentences until the next would make the text longer than `length` words. */
function lengthen(
  sections: Sections,
  { facts, skills, length }: { facts: Facts; skills: SkillSentences; length: number },
  random: Random,
): void {
  const written = new Set(Object.values(sections).flat().map(piecesText));
  let words = [...written].reduce((sum, sentence) => sum + wordCount(sentence), mostInHeadings);
  for (;;) {
    const section = skills.exhausted() ? 'duties' : pick(sectionNames, random);
    const sentence = writers[section](facts, skills, random);
    const text = piecesText(sentence);
    if (written.has(text)) continue;
    words += wordCount(text);
    if (words > length) return;
    written.add(text);
    sections[section].push(sentence);
  }
}

/** A section grows as often as it is listed here. */
const sectionNames = ['intro', 'duties', 'duties', 'requirements', 'requirements', 'benefits', 'closing'] as const;

type Writer = (facts: Facts, skills: SkillSentences, random: Random) => Piece[];

const writers: Readonly<Record<keyof Sections, Writer>> = {
  intro: (facts, _skills, random) => companySentence(facts, random),
  duties: (_facts, _skills, random) => commonDuty(random),
  requirements: (_facts, skills, random) => (chance(0.3, random) ? skills.mentioned() : skills.required()),
  benefits: (facts, skills, random) =>
    chance(0.4, random) ? skills.offered() : benefit(proseValues(facts, random), random),
  closing: (facts, _skills, random) => closing(proseValues(facts, random), random),
};

function proseValues(facts: Facts, random: Random): Record<string, string> {
  const { company, town, stateName, title, year } = facts;
  const others = { ...sectorForms('other', facts.other, random), ...sectorForms('third', facts.third, random) };
  return { company, town, stateName, title, year: String(year), ...others };
}
