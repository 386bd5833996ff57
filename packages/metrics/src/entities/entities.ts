// Entities of tagged sentences: the tag schemes, and the two ways in which seqeval reads them.

/** A run of tokens of one type: `tags[start]` to `tags[end - 1]`. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Notation of entities with one tag per token: `O`, or a prefix and the type of the entity, such as `B-PER`. */
export type TagScheme = 'IOB1' | 'IOB2' | 'IOE1' | 'IOE2' | 'IOBES' | 'BILOU';

/** seqeval's modes; see `EntityOptions`. */
export type EntityMode = 'strict' | 'default';

export interface EntityOptions {
  /** Scheme of the tags; default IOB2. Not used by the mode `default`. */
  readonly scheme?: TagScheme;
  /**
   * `strict` (default): only what the scheme's rules allow is an entity. `default`: the rules of conlleval, where an `I` after an
   * `O` or of another type also begins an entity, and BILOU's `L` and `U` are unknown.
   */
  readonly mode?: EntityMode;
}

/**
 * Entities of the tags of one sentence, in order.
 *
 * Equals seqeval's `get_entities`, and its `Tokens.entities` in strict mode.
 * @throws RangeError for a tag that the scheme does not know.
 * @example entitiesOf(['B-PER', 'I-PER', 'O']) // [{ type: 'PER', start: 0, end: 2 }]
 */
export function entitiesOf(
  tags: readonly string[],
  { scheme = 'IOB2', mode = 'strict' }: EntityOptions = {},
): Entity[] {
  return mode === 'strict' ? strictEntities(tags, scheme) : lenientEntities(tags);
}

/**
 * Two neighboring tags: the prefix of the first, that of the second (`?` is any), and optionally how their types compare: `=` the
 * same, `≠` different.
 */
type Pattern = string;

/** The meaning of two neighboring tags in a scheme. */
interface SchemeRules {
  /** The prefixes of the scheme. */
  readonly prefixes: string;
  /** The second tag begins an entity. */
  readonly starts: readonly Pattern[];
  /** The second tag continues the entity of the first. */
  readonly continues: readonly Pattern[];
  /** The first tag may be the last of an entity. */
  readonly ends: readonly Pattern[];
}

/** The rules of each scheme, as in the strict mode of seqeval 1.2.2. */
const schemeRules: Readonly<Record<TagScheme, SchemeRules>> = {
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

/** The names of all schemes. */
export const tagSchemes = Object.keys(schemeRules) as readonly TagScheme[];

/**
 * Whether a scheme knows the prefix of a tag.
 *
 * @example isTagOf('IOB2', 'B-PER') // true; of 'E-PER' false
 */
export function isTagOf(scheme: TagScheme, tag: string): boolean {
  return tag !== '' && schemeRules[scheme].prefixes.includes(tag[0]);
}

interface Tag {
  readonly prefix: string;
  readonly type: string;
}

/** The type of tags without one, such as a bare `B`; as in seqeval. */
const unnamed = '_';

const outside: Tag = { prefix: 'O', type: unnamed };

/** The entities that the rules of a scheme allow; tags that break the rules are part of none. */
function strictEntities(tags: readonly string[], scheme: TagScheme): Entity[] {
  const { starts, continues, ends } = schemeRules[scheme];
  const all = [...tags.map((tag) => strictTag(tag, scheme)), outside];
  const entities: Entity[] = [];
  for (let i = 0; i < all.length; ) {
    if (!matches(starts, all[i - 1] ?? outside, all[i])) {
      i++;
      continue;
    }
    const start = i++;
    while (matches(continues, all[i - 1], all[i])) i++;
    if (matches(ends, all[i - 1], all[i])) entities.push({ type: all[start].type, start, end: i });
  }
  return entities;
}

function strictTag(tag: string, scheme: TagScheme): Tag {
  if (!isTagOf(scheme, tag))
    throw new RangeError(
      `entities: expected a tag of ${scheme} (its first letter one of ${schemeRules[scheme].prefixes}), got ${JSON.stringify(tag)}; name the scheme of these tags, or use the mode "default"`,
    );
  return { prefix: tag[0], type: tag.slice(1).replace(/^-+|-+$/g, '') || unnamed };
}

function matches(patterns: readonly Pattern[], first: Tag, second: Tag): boolean {
  return patterns.some(
    ([before, after, types]) =>
      isPrefix(before, first) && isPrefix(after, second) && areTypes(types, first.type === second.type),
  );
}

const isPrefix = (expected: string, { prefix }: Tag): boolean => expected === '?' || expected === prefix;

const areTypes = (expected: string | undefined, areSame: boolean): boolean =>
  expected === undefined || (expected === '=') === areSame;

/**
 * The entities that conlleval finds: an entity also begins where the type changes, and with `I` or `E` after `O`.
 *
 * The prefixes are B, I, E, S and O; any other one continues while the type stays the same.
 */
function lenientEntities(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let previous = outside;
  let start = 0;
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? lenientTag(tags[i]) : outside;
    if (endsBetween(previous, tag)) entities.push({ type: previous.type, start, end: i });
    if (startsBetween(previous, tag)) start = i;
    previous = tag;
  }
  return entities;
}

function lenientTag(tag: string): Tag {
  if (tag === '') throw new RangeError('entities: expected a tag such as O or B-PER, got an empty one; write O');
  const rest = tag.slice(1);
  return { prefix: tag[0], type: rest.slice(rest.indexOf('-') + 1) || unnamed };
}

function endsBetween(first: Tag, second: Tag): boolean {
  if ('ES'.includes(first.prefix)) return true;
  if ('BI'.includes(first.prefix) && 'BSO'.includes(second.prefix)) return true;
  return isInside(first) && first.type !== second.type;
}

function startsBetween(first: Tag, second: Tag): boolean {
  if ('BS'.includes(second.prefix)) return true;
  if ('ESO'.includes(first.prefix) && 'EI'.includes(second.prefix)) return true;
  return isInside(second) && first.type !== second.type;
}

/** A dot is conlleval's other sign for no entity. */
const isInside = ({ prefix }: Tag): boolean => prefix !== 'O' && prefix !== '.';
