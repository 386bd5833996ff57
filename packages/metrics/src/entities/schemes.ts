// Tag schemes: their tags, and which pairs of neighboring tags start, continue or end an entity.

/**
 * Tagging scheme of entities, one tag per token: `O`, or a prefix and the entity type, such as `B-PER`. In `IO` a tag is only the
 * type, `PER`, and an entity is a run of one type.
 */
export type TagScheme = 'IOB1' | 'IOB2' | 'IOE1' | 'IOE2' | 'IOBES' | 'BILOU' | 'IO';

/**
 * Two neighboring tags: the prefix of the first, that of the second (`?` is any), and optionally a comparison of their types: `=` the
 * same, `≠` different.
 */
export type Pattern = string;

/** Meaning of two neighboring tags in a scheme. */
interface SchemeRules {
  /** Prefixes of the scheme's tags. */
  readonly prefixes: string;
  /** The second tag starts an entity. */
  readonly starts: readonly Pattern[];
  /** The second tag continues the entity of the first. */
  readonly continues: readonly Pattern[];
  /** The first tag may be the last of an entity. */
  readonly ends: readonly Pattern[];
}

/** The rules of each scheme, as in the strict mode of seqeval 1.2.2, which has every scheme except IO. */
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
  IO: {
    prefixes: 'IO',
    starts: ['OI', 'II≠'],
    continues: ['II='],
    ends: ['IO', 'II≠'],
  },
};

/** The names of all schemes. */
export const tagSchemes = Object.keys(schemeRules) as readonly TagScheme[];

/** @throws RangeError for an unknown scheme */
export function rulesOf(scheme: TagScheme): SchemeRules {
  if (Object.hasOwn(schemeRules, scheme)) return schemeRules[scheme];
  const named = (scheme as unknown) === 'BIO' ? '; BIO is IOB2' : '';
  throw new RangeError(`scheme: expected one of ${tagSchemes.join(', ')}, got ${JSON.stringify(scheme)}${named}`);
}

/** The parts of a tag. */
export interface Tag {
  readonly prefix: string;
  readonly type: string;
}

/** Type of tags without a type, such as a bare `B`; as in seqeval. */
export const unnamed = '_';

export const outside: Tag = { prefix: 'O', type: unnamed };

/**
 * Parses a tag: exactly `O` is outside, and a prefix is a letter of the scheme, alone or followed by `-`. Undefined for any other tag,
 * except in IO, where it is a type.
 *
 * @example
 * parseTag('IOB2', 'B-PER'); // { prefix: 'B', type: 'PER' }
 * parseTag('IOB2', 'BENEFIT'); // undefined
 */
export function parseTag(scheme: TagScheme, tag: string): Tag | undefined {
  if (tag === 'O') return outside;
  const [prefix] = tag;
  const isPrefixed = tag !== '' && prefix !== 'O' && rulesOf(scheme).prefixes.includes(prefix);
  if (isPrefixed && tag.length === 1) return { prefix, type: scheme === 'IO' ? tag : unnamed };
  if (isPrefixed && tag[1] === '-') return { prefix, type: tag.slice(2) || unnamed };
  return scheme === 'IO' && tag !== '' ? { prefix: 'I', type: tag } : undefined;
}

/**
 * Whether a tag belongs to a scheme.
 *
 * @example isTagOf('IOB2', 'B-PER') // true; of 'E-PER' and 'BENEFIT' false
 */
export const isTagOf = (scheme: TagScheme, tag: string): boolean => parseTag(scheme, tag) !== undefined;

/**
 * The type of a tag; undefined for `O`, and for a tag outside the scheme.
 *
 * @example typeOfTag('IOB2', 'B-PER') // 'PER'
 */
export function typeOfTag(scheme: TagScheme, tag: string): string | undefined {
  const parsed = parseTag(scheme, tag);
  return parsed === undefined || parsed.prefix === 'O' ? undefined : parsed.type;
}

/** Description of a scheme's tags, for errors. */
export function tagsOf(scheme: TagScheme): string {
  if (scheme === 'IO') return 'O, or a type';
  const letters = [...rulesOf(scheme).prefixes].filter((letter) => letter !== 'O').join(', ');
  return `O, or one of ${letters}, alone or followed by - and a type`;
}
