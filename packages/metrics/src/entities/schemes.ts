/** How entities are written as one tag a token: `O`, or a prefix and the entity's type, such as `B-PER`. */
export type TagScheme = 'IOB1' | 'IOB2' | 'IOE1' | 'IOE2' | 'IOBES' | 'BILOU';

/**
 * Two neighbouring tags: the prefix of the first, of the second (`?` is any), and what their types have to be: `=` the
 * same, `≠` different, anything where there is no third sign.
 */
export type Pattern = string;

/** What a scheme makes of two neighbouring tags. */
export interface SchemeRules {
  /** The prefixes it knows. */
  readonly prefixes: string;
  /** The second tag begins an entity. */
  readonly starts: readonly Pattern[];
  /** The second tag continues the entity of the first. */
  readonly continues: readonly Pattern[];
  /** The first tag may be an entity's last. */
  readonly ends: readonly Pattern[];
}

/** The rules of each scheme, as seqeval 1.2.2 has them in strict mode. */
export const schemeRules: Readonly<Record<TagScheme, SchemeRules>> = {
  IOB1: {
    prefixes: 'IOB',
    starts: ['OI', 'II≠', 'BI', 'IB=', 'BB='],
    continues: ['BI=', 'II='],
    ends: ['II≠', 'IO', 'IB', 'BO', 'BI≠', 'BB='],
  },
  IOB2: {
    prefixes: 'IOB',
    starts: ['?B'],
    continues: ['BI=', 'II='],
    ends: ['IO', 'II≠', 'IB', 'BO', 'BI≠', 'BB'],
  },
  IOE1: {
    prefixes: 'IOE',
    starts: ['OI', 'II≠', 'EI', 'EE='],
    continues: ['II=', 'IE='],
    ends: ['II≠', 'IO', 'IE≠', 'EI=', 'EE='],
  },
  IOE2: {
    prefixes: 'IOE',
    starts: ['OI', 'OE', 'EI', 'EE', 'II≠', 'IE≠'],
    continues: ['IE=', 'II='],
    ends: ['E?'],
  },
  IOBES: {
    prefixes: 'IOBES',
    starts: ['?B', '?S'],
    continues: ['BI=', 'BE=', 'II=', 'IE='],
    ends: ['S?', 'E?'],
  },
  BILOU: {
    prefixes: 'BILOU',
    starts: ['?B', '?U'],
    continues: ['BI=', 'BL=', 'II=', 'IL='],
    ends: ['U?', 'L?'],
  },
};

/** Every scheme's name. */
export const tagSchemes = Object.keys(schemeRules) as readonly TagScheme[];

/** Whether a scheme knows a tag's prefix; the tag is then `O`, or `B-PER`, `I-PER`, … as the scheme has it. */
export function isTagOf(scheme: TagScheme, tag: string): boolean {
  return tag !== '' && schemeRules[scheme].prefixes.includes(tag[0]);
}
