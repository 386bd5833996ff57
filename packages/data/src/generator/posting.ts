import { naicsSectors } from '../naics';

/** Where the work of a posting is done. */
export type Arrangement = 'remote' | 'hybrid' | 'on-site';

/** The three arrangements, in the order of their distance from the office. */
export const arrangements: readonly Arrangement[] = ['remote', 'hybrid', 'on-site'];

/** `SKILL`: an activity (_negotiate contracts_). `KNOWLEDGE`: a subject (_payroll accounting_). */
export type SkillType = 'SKILL' | 'KNOWLEDGE';

/** A required skill: `text.slice(start, end)` of the posting, in UTF-16 units. */
export interface PostingSkill {
  /** Index of the skill's first UTF-16 unit in the posting. */
  readonly start: number;
  /** Index after its last. */
  readonly end: number;
  /** The words between `start` and `end`. */
  readonly text: string;
  /** Whether it is an activity or a subject. */
  readonly type: SkillType;
}

/** A generated job posting and its labels. */
export interface Posting {
  /** Such as `posting-000042` for index 42. */
  readonly id: string;
  /** Job title, as in the text. */
  readonly title: string;
  /** Name of the employer, invented. */
  readonly company: string;
  /** The whole posting, in plain text. */
  readonly text: string;
  /** A key of `postingSectors`; wrong for the share `labelNoise` of postings. */
  readonly sector: string;
  /** The sector of the text, before `labelNoise`. */
  readonly trueSector: string;
  /** Where the work is done. */
  readonly arrangement: Arrangement;
  /** Required skills, in order, not overlapping; skills that are only mentioned are not in the list. */
  readonly skills: PostingSkill[];
  /** Two-letter code of a US state. */
  readonly state: string;
  /** 2015 to 2025. */
  readonly year: number;
}

/** The code of an employer that does not name its trade, as in US labor statistics. */
export const unclassified = '99';

/**
 * The 21 sectors of generated postings, code to name: the 20 of NAICS, and `99`, unclassified.
 *
 * @example postingSectors.get('99') // 'Unclassified'
 */
export const postingSectors: ReadonlyMap<string, string> = new Map([...naicsSectors, [unclassified, 'Unclassified']]);
