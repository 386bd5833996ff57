import type { Random } from '../random';
import { fill, type Piece } from './fill';
import type { SkillType } from './posting';
import { knowledge, knowledgeDegrees, mentioned, offered, required, skillObjects, skillVerbs } from './skill-words';
import { chance, pick } from './streams';

/** Makes sentences that ask for skills or merely name them, no skill twice in a posting. */
export interface SkillSentences {
  required(): Piece[];
  /** For the requirements. */
  mentioned(): Piece[];
  /** For the benefits. */
  offered(): Piece[];
  /** There may be too few unnamed skills left for another sentence. */
  exhausted(): boolean;
}

export function skillSentences(random: Random): SkillSentences {
  const used = new Set<string>();
  const draw = (type: SkillType): string => {
    for (;;) {
      const skill = type === 'KNOWLEDGE' ? pick(knowledge, random) : drawSkill(random);
      if (used.has(skill)) continue;
      used.add(skill);
      return type === 'KNOWLEDGE' && chance(0.15, random) ? `${pick(knowledgeDegrees, random)} ${skill}` : skill;
    }
  };
  const sentence = (template: string, labelled: boolean) => {
    const piece = (name: string): Piece => {
      const type = name.startsWith('k') ? 'KNOWLEDGE' : 'SKILL';
      return { text: draw(type), exact: true, ...(labelled && { type }) };
    };
    const names = [...template.matchAll(/\{([ks]2?)\}/g)].map(([, name]) => [name, piece(name)] as const);
    return fill(template, { ...Object.fromEntries(names), years: String(2 + random.below(7)) });
  };
  return {
    required: () => sentence(pick(required, random), true),
    mentioned: () => sentence(pick(mentioned, random), false),
    offered: () => sentence(pick(offered, random), false),
    // A sentence names two skills at most, both of one kind at worst.
    exhausted: () => used.size > Math.min(knowledge.length, skillVerbs.length * skillObjects.length) - 2,
  };
}

function drawSkill(random: Random): string {
  return `${pick(skillVerbs, random)} ${pick(skillObjects, random)}`;
}
