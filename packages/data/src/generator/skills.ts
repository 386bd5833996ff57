import type { Random } from '../random';
import { fill, type Piece } from './fill';
import type { SkillType } from './posting';
import { chance, pick } from './streams';

/** Sentences that require skills or only mention them, no skill twice in a posting. */
export interface SkillSentences {
  required(): Piece[];
  /** For the requirements. */
  mentioned(): Piece[];
  /** For the benefits. */
  offered(): Piece[];
  /** Whether too few unused skills may be left for another sentence. */
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
  const sentence = (template: string, labeled: boolean) => {
    const piece = (name: string): Piece => {
      const type = name.startsWith('k') ? 'KNOWLEDGE' : 'SKILL';
      return { text: draw(type), exact: true, ...(labeled && { type }) };
    };
    const names = [...template.matchAll(/\{([ks]2?)\}/g)].map(([, name]) => [name, piece(name)] as const);
    return fill(template, { ...Object.fromEntries(names), years: String(2 + random.below(7)) });
  };
  return {
    required: () => sentence(pick(required, random), true),
    mentioned: () => sentence(pick(mentioned, random), false),
    offered: () => sentence(pick(offered, random), false),
    // A sentence names at most two skills, possibly of one kind.
    exhausted: () => used.size > Math.min(knowledge.length, skillVerbs.length * skillObjects.length) - 2,
  };
}

function drawSkill(random: Random): string {
  return `${pick(skillVerbs, random)} ${pick(skillObjects, random)}`;
}

/** What one can know: nouns that stand after _experience with_. */
export const knowledge: readonly string[] = [
  'SQL',
  'Python',
  'Excel',
  'Java',
  'JavaScript',
  'Linux',
  'SAP',
  'ISO 9001',
  'OSHA rules',
  'CAD drawing',
  'GIS mapping',
  'bookkeeping',
  'payroll accounting',
  'budgeting',
  'tax law',
  'contract law',
  'labor law',
  'data protection',
  'statistics',
  'risk assessment',
  'quality assurance',
  'lean production',
  'inventory control',
  'route planning',
  'supply chains',
  'public procurement',
  'grant writing',
  'technical writing',
  'copywriting',
  'event planning',
  'social media',
  'video editing',
  'photo editing',
  'CRM software',
  'cloud hosting',
  'network security',
  'machine maintenance',
  'hydraulics',
  'welding',
  'electrical wiring',
  'blueprint reading',
  'forklift operation',
  'cash handling',
  'food hygiene',
  'first aid',
  'infection control',
  'billing codes',
  'Spanish',
  'French',
  'sign language',
  'pest control',
  'energy audits',
];

/** `advanced` belongs to the skill; most have none. */
const knowledgeDegrees: readonly string[] = ['advanced', 'basic', 'applied', 'practical'];

/** What one can do is one of these, and one of the objects below. */
export const skillVerbs: readonly string[] = [
  'negotiate',
  'write',
  'review',
  'plan',
  'explain',
  'check',
  'coordinate',
  'prepare',
  'present',
  'compare',
  'document',
  'approve',
];
export const skillObjects: readonly string[] = [
  'contracts',
  'monthly reports',
  'schedules',
  'budgets',
  'purchase orders',
  'training sessions',
  'inspections',
  'invoices',
  'team meetings',
  'shift plans',
  'customer offers',
  'test results',
  'safety rules',
  'work instructions',
];

/** They ask for a skill; `k` is something known, `s` something done. Labeled. */
const required: readonly string[] = [
  'Experience with {k}',
  '{k}',
  '{k} and {k2}',
  'You know {k} and {k2}',
  'Ability to {s}',
  'You {s} without being asked',
  'At least {years} years of {k}',
  'A good command of {k}',
  '{k}, and the will to {s}',
  'You can {s} and {s2}',
  'No degree needed, but {k} is',
  'Not only {k} but also {k2}',
  '{s} on your own',
  'Someone to {s} is what we need',
  'Whoever joins us must {s}',
];

/** They name a skill among the requirements and do not ask for it. Not labeled. */
const mentioned: readonly string[] = [
  'No experience with {k} needed',
  '{k} is not required',
  'You need not {s}: a colleague does',
  'The team next door knows {k}, so you need not',
  'Those who {s} work in another department',
  'At least {years} years in any job, with or without {k}',
  'No need to {s} or {s2}',
  'Not {k}, not {k2}: a good hand with people is what counts',
];

/** They name a skill as something the employer gives. Not labeled. */
const offered: readonly string[] = [
  'Free evening courses in {k}',
  'We teach you {k} and {k2} from the start',
  'Learn to {s} at our expense',
  'A library of books on {k}',
  'A certificate in {k} after the first year',
  'Someone at your side who can {s} and {s2}',
];
