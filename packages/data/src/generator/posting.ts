import { naicsSectors } from '../naics';

/** Where the work of a posting is done. */
export type Arrangement = 'remote' | 'hybrid' | 'on-site';

/** The three arrangements, in the order of their distance from the office. */
export const arrangements: readonly Arrangement[] = ['remote', 'hybrid', 'on-site'];

/** `SKILL`: something one does (_negotiate contracts_). `KNOWLEDGE`: something one knows (_payroll accounting_). */
export type SkillType = 'SKILL' | 'KNOWLEDGE';

/** A skill the posting asks for: `text.slice(start, end)`, in UTF-16 units. */
export interface PostingSkill {
  start: number;
  end: number;
  text: string;
  type: SkillType;
}

/** A made-up job posting and its labels. */
export interface Posting {
  /** `posting-000042`: the seed's 42nd, from 0. */
  id: string;
  title: string;
  company: string;
  text: string;
  /** A key of `postingSectors`; wrong for the share `labelNoise` of postings. */
  sector: string;
  /** The sector the text was written for, whatever `labelNoise` made of it. */
  trueSector: string;
  arrangement: Arrangement;
  /** What the posting requires, in order and apart from each other. Skills it merely mentions are not in the list. */
  skills: PostingSkill[];
  /** A state of the US, by its two letters. */
  state: string;
  /** 2015 to 2025. */
  year: number;
}

/** The code of a posting that does not say what the employer does: the one US labour statistics use for it. */
export const unclassified = '99';

/**
 * The 21 sectors of generated postings, code to name: the 20 of NAICS, and `99`, unclassified.
 *
 * @example postingSectors.get('99') // 'Unclassified'
 */
export const postingSectors: ReadonlyMap<string, string> = new Map([...naicsSectors, [unclassified, 'Unclassified']]);
